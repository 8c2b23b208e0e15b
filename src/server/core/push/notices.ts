import type { CoreContext } from '../context.js'
import type { ConversationRef } from '../events.js'
import { newId } from '../ids.js'
import type { Device, Message } from '../model.js'
import { OutboxAnnouncer } from '../outbox/announcer.js'
import type { Delivery } from '../outbox/model.js'
import type { Transaction } from '../ports.js'
import { addressOf } from './addresses.js'
import { type PushPayload, payloadOf } from './payload.js'

const nothing = Promise.resolve()
/** Those seen last: whoever makes up many devices makes no more work with them. */
const devicesOfContact = 20
const devicesAtOnce = 500

/** Writes down, with a message, which devices are to be woken because their people are not connected. */
export class PushNotices {
  /** Asked for every message: without a configured service there is nothing else to pay. */
  readonly enabled: boolean
  readonly #context: CoreContext
  readonly #announcer: OutboxAnnouncer

  constructor(context: CoreContext) {
    this.enabled = context.pushSender.enabled
    this.#context = context
    this.#announcer = new OutboxAnnouncer(context)
  }

  /** Inside the transaction that stores the message, which is a public one. */
  message(transaction: Transaction, thread: ConversationRef, message: Message): Promise<void> {
    if (!this.enabled || message.senderType === 'system') return nothing
    if (thread.kind !== 'support') return this.#toMembers(transaction, thread, message)
    const { contactKey } = thread
    if (contactKey === null || message.senderType === 'contact' || this.#isHere(thread, contactKey))
      return nothing
    return this.#write(transaction, thread, message, [contactKey])
  }

  /** What was stored while its reader only seemed to be here, as `message` would have written it. */
  missed(
    transaction: Transaction,
    thread: ConversationRef,
    message: Message,
    contactKey: number,
  ): Promise<void> {
    return this.#isHere(thread, contactKey)
      ? nothing
      : this.#write(transaction, thread, message, [contactKey])
  }

  async #toMembers(transaction: Transaction, thread: ConversationRef, message: Message): Promise<void> {
    const members = await transaction.members.active([thread.conversationKey])
    const away = members
      .filter(({ type, memberKey }) => type === 'contact' && !this.#isHere(thread, memberKey))
      .map(({ memberKey }) => memberKey)
      .filter((memberKey) => memberKey !== message.senderKey)
    if (away.length > 0) await this.#write(transaction, thread, message, away)
  }

  #isHere({ appKey }: ConversationRef, key: number): boolean {
    return this.#context.presence.online({ type: 'contact', appKey, key })
  }

  async #write(
    transaction: Transaction,
    thread: ConversationRef,
    message: Message,
    contactKeys: number[],
  ): Promise<void> {
    const limit = Math.min(devicesOfContact * contactKeys.length, devicesAtOnce)
    const devices = await transaction.contacts.pushDevices(contactKeys, limit)
    const reachable = devices.filter((device) => this.#reaches(device))
    if (reachable.length === 0) return
    const app = await transaction.apps.byKey(thread.appKey)
    if (app === undefined) return
    const payload = payloadOf(message, app)
    const at = this.#context.clock.now()
    await transaction.deliveries.savePushes(
      reachable.map(({ deviceId }) => newPush(thread, deviceId, payload, at)),
    )
    transaction.afterCommit(() => this.#announcer.written(app))
  }

  #reaches({ pushToken }: Device): boolean {
    const address = pushToken === null ? null : addressOf(pushToken)
    return address !== null && this.#context.pushSender.serves(address.kind)
  }
}

const newPush = (
  { appKey, conversationKey }: ConversationRef,
  target: string,
  payload: PushPayload,
  createdAt: number,
): Omit<Delivery, 'key'> => ({
  id: newId('dlv'),
  appKey,
  kind: 'push',
  target,
  webhookKey: null,
  eventKey: null,
  lane: conversationKey,
  payload,
  attempts: 0,
  attemptsBefore: 0,
  // At once, whatever the clocks of the nodes say.
  nextAttemptAt: 0,
  state: 'pending',
  lastError: null,
  lastStatus: null,
  createdAt,
  endedAt: null,
})
