import type { CoreContext } from '../context.js'
import type { Device } from '../model.js'
import type { Delivery } from '../outbox/model.js'
import type { PushAddress } from '../ports/push-sender.js'
import { addressOf } from './addresses.js'
import type { PushPayload } from './payload.js'

/** Whom a push still has to reach. */
export interface Recipient {
  device: Device & { pushToken: string }
  address: PushAddress
}

/** Who gets a push now, or a sentence why nobody needs it any more. */
export async function recipientOf(
  context: CoreContext,
  { appKey, target, lane }: Delivery,
  payload: PushPayload,
): Promise<Recipient | string> {
  const device = await context.store.read.contacts.device(appKey, target)
  const address = device?.pushToken == null ? null : addressOf(device.pushToken)
  if (device?.pushToken == null || address === null) return 'The device is not registered any more.'
  const { contactKey, pushToken } = device
  if (context.presence.online({ type: 'contact', appKey, key: contactKey }))
    return 'The contact came back before it was sent.'
  const obsolete = await whyObsolete(context, lane ?? 0, contactKey, payload)
  return obsolete ?? { device: { ...device, pushToken }, address }
}

/** Also when somebody else uses the device by now: what was meant for one must not show up before the other. */
async function whyObsolete(
  { store: { read } }: CoreContext,
  conversationKey: number,
  contactKey: number,
  { conversationId, messageId }: PushPayload,
): Promise<string | null> {
  const [conversation, message, participant] = await Promise.all([
    read.conversations.byKey(conversationKey),
    read.messages.byId(conversationKey, messageId),
    read.participants.one(conversationKey, 'contact', contactKey),
  ])
  const taking =
    conversation?.kind === 'support' ? conversation.contactKey === contactKey : participant?.leftAt === null
  if (conversation?.id !== conversationId || !taking)
    return 'The device belongs to nobody in the conversation any more.'
  if (message === undefined || message.deletedAt !== null) return 'The message was taken back.'
  const readThrough = participant?.readSequence ?? 0
  return message.sequence !== null && readThrough >= message.sequence ? 'The contact has read it.' : null
}
