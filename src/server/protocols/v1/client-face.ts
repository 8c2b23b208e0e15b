import { unauthorized } from '../../core/errors.js'
import type { DomainEvent } from '../../core/events.js'
import type { Core } from '../../core/index.js'
import type { Visitor } from '../../core/principal.js'
import { validate } from '../input.js'
import type { Audience, Face, WireEvent } from '../protocol.js'
import { deviceFacts } from './device-facts.js'
import { clientEvents } from './events/client.js'
import { sharedFormat } from './formats.js'
import { resync, socketRefusal } from './refusals.js'
import { contactRoom, conversationRoom } from './rooms.js'
import { clientHandshake, clientPushes } from './schemas/events.js'
import { type Reader, time } from './wire.js'
import * as wire from './wire-events.js'

/** A visitor's connection, with the platform for those who watch. */
export interface ClientSession {
  readonly visitor: Visitor
  readonly platform: string | null
}

/** `/client`: visitors. Nothing internal ever comes here. */
export const clientFace: Face<ClientSession, Reader> = {
  path: '/v1/socket.io',
  namespace: '/client',
  events: clientEvents,
  pushes: clientPushes,
  handshake: clientHandshake,
  resync,
  recognises: () => true,
  principal: ({ visitor }) => visitor,
  refusal: socketRefusal,

  async authenticate(core, handshake) {
    if (typeof handshake.auth !== 'object' || handshake.auth === null)
      throw unauthorized('Say who you are in the handshake: app_id, device_id and api_key.')
    const { app_id, device_id, api_key, user, device_context } = validate(
      clientHandshake,
      handshake.auth,
      'handshake',
    )
    const { app, keyId, expiresAt } = await core.auth.appByPublishableKey(api_key, app_id)
    const visitor = await core.visitors.recognise(app, device_id, user, deviceFacts(device_context))
    const session = { visitor, platform: device_context?.platform ?? null }
    return { session, expiresAt, credential: keyId, appKey: app.key }
  },

  async connect(core, connection) {
    const { visitor, platform } = connection.session
    connection.join(contactRoom(visitor.contact.key))
    const greeting = { device_id: visitor.deviceId, visitor_id: visitor.contact.id }
    connection.emit(['connected', { ...greeting, server_time: time(core.clock.now()) }])
    await core.presence.visitorConnected(visitor, connection.id, platform)
  },

  disconnect: (core, { id, session }) => core.presence.visitorDisconnected(session.visitor, id),
  audience,
  format,
}

function audience(event: DomainEvent): readonly Audience<Reader>[] {
  // What members write to each other is theirs.
  if ('conversation' in event && event.conversation.kind !== 'support') return []
  switch (event.type) {
    case 'message.created':
    case 'message.updated':
    case 'message.deleted':
    case 'reaction.changed':
      return event.message.internal ? [] : inConversation(event)
    case 'receipt.moved':
    case 'typing':
    case 'message.delta':
      return inConversation(event)
    case 'conversation.created':
    case 'conversation.updated':
    case 'queue.position': {
      const { conversationKey, contactKey } = event.conversation
      const rooms = [conversationRoom(conversationKey)]
      if (contactKey !== null) rooms.push(contactRoom(contactKey))
      return [{ rooms, reader: null }]
    }
    case 'presence.changed':
      if (event.subject === 'contact') return []
      return [{ rooms: event.conversationKeys.map(conversationRoom), reader: null }]
    default:
      return []
  }
}

/** Only one contact ever joins a support conversation's room here, so what is `mine` is theirs. */
function inConversation({
  conversation: { conversationKey, contactKey },
}: {
  conversation: { conversationKey: number; contactKey: number | null }
}): readonly Audience<Reader>[] {
  const reader = contactKey === null ? null : ({ type: 'contact', key: contactKey } as const)
  return [{ rooms: [conversationRoom(conversationKey)], reader }]
}

function format(core: Core, event: DomainEvent, reader: Reader): WireEvent | null {
  switch (event.type) {
    case 'conversation.created':
    case 'conversation.updated':
    case 'queue.position':
      return ['conversation:updated', wire.conversationForVisitor(event)]
    case 'presence.changed':
      return ['agent:presence', wire.agentPresence(event)]
    default:
      return sharedFormat(core, event, reader)
  }
}
