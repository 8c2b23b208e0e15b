import { unauthorized } from '../../core/errors.js'
import type { DomainEvent } from '../../core/events.js'
import type { Core } from '../../core/index.js'
import { validate } from '../input.js'
import type { Admission, Audience, Face, Handshake, WireEvent } from '../protocol.js'
import { adminEvents } from './events/admin.js'
import { agentEvents } from './events/agent.js'
import { customerEvents } from './events/customer.js'
import { scheduleUpdate } from './queue-updates.js'
import { handshake, pushes } from './schemas.js'
import { endServing, followAssignments } from './serving.js'
import { conversationRoom, type Door, type HandoffSession } from './session.js'
import { changedStatus } from './told.js'
import { message } from './wire.js'

/** Socket.IO's own default path and namespace: whoever connects there without another protocol's token. */
export const face: Face<HandoffSession, null> = {
  path: '/socket.io',
  namespace: '/',
  events: [...customerEvents, ...agentEvents, ...adminEvents],
  pushes,
  handshake,
  resync: null,
  recognises: () => true,
  principal: ({ agent, visitor, door }) => agent ?? visitor ?? (door.type === 'staff' ? door.staff : null),
  authenticate,
  connect: async () => {},

  async disconnect(core, connection) {
    const {
      id,
      session: { visitor, agent },
    } = connection
    endServing(core, connection)
    if (visitor !== null) await core.presence.visitorDisconnected(visitor, id)
    if (agent !== null) await core.presence.agentDisconnected(agent, id)
  },

  observe(core, event, connections) {
    if (event.type === 'queue.changed') scheduleUpdate(core, event.appKey, connections)
    followAssignments(core, event)
  },

  audience,
  format,

  refusal: (_core, { code, message }) => ({
    ack: { ok: false, error: { code, message } },
    event: ['error', { code, message }],
  }),
}

async function authenticate(core: Core, { auth }: Handshake): Promise<Admission<HandoffSession>> {
  const { apiKey, token, appId } = validate(handshake, auth ?? {}, 'handshake')
  const opened = (door: Door, credential: string | number, expiresAt: number | null) => ({
    session: { door, visitor: null, agent: null, sessions: new Set<string>() },
    credential,
    expiresAt,
    appKey: door.type === 'staff' ? door.staff.app.key : door.app.key,
  })
  if (token !== undefined) {
    const signedIn = await core.auth.agentByToken(token)
    const staff = await core.auth.inApp(signedIn, appId)
    return opened({ type: 'staff', staff }, signedIn.agent.key, signedIn.expiresAt)
  }
  if (apiKey?.startsWith('sk_')) {
    const staff = await core.auth.serverByKey(apiKey, appId)
    return opened({ type: 'staff', staff }, staff.keyId, staff.expiresAt)
  }
  if (apiKey !== undefined) {
    const { app, keyId, expiresAt } = await core.auth.appByPublishableKey(apiKey, appId)
    return opened({ type: 'customer', app }, keyId, expiresAt)
  }
  const app = await core.auth.anonymousApp()
  if (app === null)
    throw unauthorized(
      'Say who you are in the handshake: apiKey for customers, token or a secret apiKey for agents.',
    )
  return opened({ type: 'anonymous', app }, 'anonymous', null)
}

function audience(event: DomainEvent): readonly Audience<null>[] {
  // What members write to each other is theirs.
  if ('conversation' in event && event.conversation.kind !== 'support') return []
  switch (event.type) {
    case 'message.created':
      return event.message.internal ? [] : [inSession(event.conversation.conversationKey)]
    case 'conversation.updated':
    case 'queue.position':
      return [inSession(event.conversation.conversationKey)]
    default:
      return []
  }
}

const inSession = (conversationKey: number): Audience<null> => ({
  rooms: [conversationRoom(conversationKey)],
  reader: null,
})

function format(core: Core, event: DomainEvent): WireEvent | null {
  switch (event.type) {
    case 'message.created':
      return ['message:received', message(event.message)]
    case 'conversation.updated':
    case 'queue.position':
      return changedStatus(core, event.view)
    default:
      return null
  }
}
