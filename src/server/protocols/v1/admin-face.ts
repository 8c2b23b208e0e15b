import { AppError, unauthorized } from '../../core/errors.js'
import type { DomainEvent } from '../../core/events.js'
import type { Core } from '../../core/index.js'
import type { Message } from '../../core/model.js'
import { validate } from '../input.js'
import type { Admission, Audience, Face, Handshake, WireEvent } from '../protocol.js'
import { type AdminSession, enterApp, leaveApp } from './admin-session.js'
import { adminEvents } from './events/admin.js'
import { sharedFormat } from './formats.js'
import { resync, socketRefusal } from './refusals.js'
import { agentIn, appRoom, conversationRoom } from './rooms.js'
import { adminHandshake, adminPushes } from './schemas/events.js'
import { type Reader, time } from './wire.js'
import * as wire from './wire-events.js'

/** `/admin`: agents with a token, servers with a secret key. */
export const adminFace: Face<AdminSession, Reader> = {
  path: '/v1/socket.io',
  namespace: '/admin',
  events: adminEvents,
  pushes: adminPushes,
  handshake: adminHandshake,
  resync,
  recognises: () => true,
  principal: ({ staff }) => staff,
  refusal: socketRefusal,
  authenticate,

  async connect(core, connection) {
    const { signedIn, staff } = connection.session
    if (staff !== null) await enterApp(core, connection, staff)
    const agent = signedIn && { id: signedIn.agent.id, name: signedIn.agent.name }
    const app_id = staff?.app.id ?? null
    connection.emit(['connected', { agent, app_id, server_time: time(core.clock.now()) }])
  },

  disconnect: leaveApp,
  audience,
  format,
}

async function authenticate(core: Core, { auth }: Handshake): Promise<Admission<AdminSession>> {
  if (typeof auth !== 'object' || auth === null)
    throw unauthorized('Say who you are in the handshake: a token, or app_id and a secret api_key.')
  const given = validate(adminHandshake, auth, 'handshake')
  if ('api_key' in given) {
    const staff = await core.auth.serverByKey(given.api_key, given.app_id)
    const { expiresAt, keyId: credential, app } = staff
    return { session: { signedIn: null, staff }, expiresAt, credential, appKey: app.key }
  }
  const signedIn = await core.auth.agentByToken(given.token)
  const staff = await core.auth.inApp(signedIn, given.app_id).catch((error: unknown) => {
    // An agent of several apps may come in without one and choose later.
    if (given.app_id === undefined && error instanceof AppError && error.code === 'invalid_request')
      return null
    throw error
  })
  const { expiresAt, agent } = signedIn
  const appKey = staff?.app.key ?? null
  return { session: { signedIn, staff }, expiresAt, credential: agent.key, appKey }
}

function audience(event: DomainEvent): readonly Audience<Reader>[] {
  // What members write to each other is theirs.
  if ('conversation' in event && event.conversation.kind !== 'support') return []
  switch (event.type) {
    case 'message.created':
    case 'message.updated':
    case 'message.deleted': {
      const { conversationKey, appKey } = event.conversation
      return byReader(event.message, [conversationRoom(conversationKey), appRoom(appKey)])
    }
    case 'reaction.changed':
      return byReader(event.message, [conversationRoom(event.conversation.conversationKey)])
    case 'receipt.moved':
    case 'typing':
    case 'message.delta':
      return [{ rooms: [conversationRoom(event.conversation.conversationKey)], reader: null }]
    case 'conversation.created':
    case 'conversation.updated': {
      const { conversationKey, appKey } = event.conversation
      return [{ rooms: [conversationRoom(conversationKey), appRoom(appKey)], reader: null }]
    }
    case 'queue.changed':
    case 'presence.changed':
    case 'session.connected':
    case 'session.disconnected':
      return [{ rooms: [appRoom(event.appKey)], reader: null }]
    case 'offer.made':
    case 'offer.ended':
      return [{ rooms: [agentIn(appRoom(event.appKey), event.agentKey)], reader: null }]
    default:
      return []
  }
}

/** Agents who reacted get a frame of their own, in which their reactions are `mine`. */
function byReader(from: Message, rooms: string[]): readonly Audience<Reader>[] {
  if (from.reactions.length === 0) return [{ rooms, reader: null }]
  const agents = new Set(
    from.reactions.filter(({ type }) => type === 'agent').map(({ memberKey }) => memberKey),
  )
  const own = [...agents].map((key) => ({
    rooms: rooms.map((room) => agentIn(room, key)),
    reader: { type: 'agent', key } as const,
  }))
  return [{ rooms, except: own.flatMap((audience) => audience.rooms), reader: null }, ...own]
}

function format(core: Core, event: DomainEvent, reader: Reader): WireEvent | null {
  switch (event.type) {
    case 'conversation.created':
    case 'conversation.updated':
      return ['conversation:updated', wire.conversationForStaff(event)]
    case 'queue.changed':
      return ['queue:changed', wire.queueChanged(event)]
    case 'presence.changed':
      return ['presence:change', wire.presenceChange(event)]
    case 'session.connected':
      return ['session:connect', wire.session(event.session)]
    case 'session.disconnected':
      return ['session:disconnect', wire.session(event.session)]
    case 'offer.made':
      return ['queue:offer', wire.offer(event.offer, core.clock.now())]
    case 'offer.ended':
      return ['queue:offer_ended', { conversation_id: event.conversationId, outcome: event.outcome }]
    default:
      return sharedFormat(core, event, reader)
  }
}
