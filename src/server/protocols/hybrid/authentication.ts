import { AppError, invalid, unauthorized } from '../../core/errors.js'
import type { Core } from '../../core/index.js'
import type { App } from '../../core/model.js'
import { assertMay } from '../../core/permissions.js'
import type { Member } from '../../core/principal.js'
import { cleanText } from '../../core/text.js'
import type { Caller, Scheme } from '../route.js'

/** For whom a request is, and whether a server makes it for them. */
export interface Acting {
  readonly member: Member
  readonly byServer: boolean
}

const security = [
  {
    userToken: {
      type: 'http',
      scheme: 'bearer',
      description: 'The JWT of the user, as on the socket',
    },
  },
  {
    secretKey: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'A secret key (sk_…)' },
    actingUser: { type: 'apiKey', in: 'header', name: 'X-User-Id', description: 'For whom the server acts' },
  },
] as const

/** A member by the token of the host, or a server that acts for one. */
const asMember = (action: 'app.read' | 'conversation.serve'): Scheme<Acting> => ({
  admits: 'member',
  security,
  pace: {
    limit: 'device',
    key: (_caller, { member, byServer }) =>
      byServer ? null : `member:${member.app.key}:${member.contact.key}`,
  },
  async authenticate(core, caller) {
    const credential = credentialOf(caller)
    if (!/^[sp]k_/.test(credential))
      return { member: (await core.directory.memberByToken(credential)).member, byServer: false }
    const server = await core.auth.serverByKey(credential, caller.header('X-App-Id'))
    assertMay(server, action)
    return { member: await core.directory.actingFor(server, actingUser(caller)), byServer: true }
  },
  principal: ({ member }) => member,
})

/** Keys need the scope `read` for this. */
export const readingMember = asMember('app.read')
/** Keys need the scope `write` for this. */
export const writingMember = asMember('conversation.serve')

function credentialOf(caller: Caller): string {
  const [scheme, token] = (caller.header('Authorization') ?? '').split(' ')
  if (scheme?.toLowerCase() === 'bearer' && token) return token
  const key = caller.header('X-Api-Key')
  if (key) return key
  throw unauthorized('Say who you are with the header Authorization: Bearer <the user’s token>.')
}

/** Header values arrive as Latin-1, and the id of a user may be any text: what was sent is its UTF-8. */
function actingUser(caller: Caller): string {
  const given = caller.header('X-User-Id')
  if (!given) throw invalid('A secret key acts for a user. Name the user in the header X-User-Id.')
  return cleanText(Buffer.from(given, 'latin1').toString())
}

/** The host application itself, with the secret that only it knows. */
export const asHost: Scheme<App> = {
  admits: 'host',
  security: [
    {
      internalSecret: {
        type: 'apiKey',
        in: 'header',
        name: 'X-Internal-Secret',
        description: 'INTERNAL_API_SECRET; where none is set these routes are not there',
      },
    },
  ],
  async authenticate(core, caller) {
    assertInternal(core, caller)
    return core.directory.appOf(caller.header('X-App-Id'))
  },
  principal: () => null,
}

function assertInternal(core: Core, caller: Caller): void {
  const admitted = core.directory.internal(caller.header('X-Internal-Secret'))
  if (admitted === null) throw new AppError('not_found', 'There is nothing here. See /docs.')
  if (!admitted) throw unauthorized('The header X-Internal-Secret is missing or wrong.')
}
