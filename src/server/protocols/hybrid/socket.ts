import { memberCredential } from '../../core/members/access.js'
import { validate } from '../input.js'
import type { Face } from '../protocol.js'
import { audience, format, type Reader } from './broadcast.js'
import { bringsHostToken } from './door.js'
import { messageEvents } from './events/messages.js'
import { readingEvents } from './events/reading.js'
import { roomEvents } from './events/rooms.js'
import { signEvents } from './events/signs.js'
import { greet, part } from './greeting.js'
import { observe } from './observe.js'
import { handshake } from './schemas/inputs.js'
import { pushes } from './schemas/pushes.js'
import type { MemberSession } from './session.js'
import { refusal } from './wire.js'

/** Socket.IO's default path and namespace, for users of the host application. */
const memberFace: Face<MemberSession, Reader> = {
  path: '/socket.io',
  namespace: '/',
  events: [...messageEvents, ...readingEvents, ...signEvents, ...roomEvents],
  pushes,
  handshake,
  resync: 'reconnect',
  recognises: bringsHostToken,
  principal: ({ member }) => member,

  async authenticate(core, { auth }) {
    const { token } = validate(handshake, auth, 'handshake')
    const { member, expiresAt } = await core.directory.memberByToken(token)
    const credential = memberCredential(member.contact.key)
    return { session: { member, leftMeanwhile: null }, expiresAt, credential, appKey: member.app.key }
  },

  connect: greet,
  disconnect: part,
  audience,
  format,
  observe,

  refusal(core, error) {
    const payload = refusal(error, core.clock.now())
    return { ack: { ok: false, error: payload }, event: ['error', payload] }
  },
}

export const face = memberFace as Face
