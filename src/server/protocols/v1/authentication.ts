import { AppError, forbidden, unauthorized } from '../../core/errors.js'
import type { Core } from '../../core/index.js'
import type { Principal, SignedInAgent, Staff, Visitor } from '../../core/principal.js'
import { cleanText } from '../../core/text.js'
import type { Caller, Scheme, SecurityScheme } from '../route.js'

const header = (name: string, description: string): SecurityScheme => ({
  type: 'apiKey',
  in: 'header',
  name,
  description,
})

const visitorSecurity = {
  appId: header('X-App-Id', 'The app'),
  deviceId: header('X-Device-Id', 'Chosen by the client, kept on the device, at most 128 characters'),
  publishableKey: header('X-Api-Key', 'A publishable key (pk_…)'),
}
const staffSecurity = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'Access token, personal token (rhq_…) or secret key (sk_…); with several apps also X-App-Id',
  },
} as const

/** A visitor by app, device and publishable key. */
export const asVisitor: Scheme<Visitor> = {
  admits: 'visitor',
  security: [visitorSecurity],
  pace: {
    limit: 'device',
    key: (_caller, { app, deviceId }) => `${app.key}:${deviceId}`,
  },
  async authenticate(core, caller) {
    const { app } = await core.auth.appByPublishableKey(
      required(caller, 'X-Api-Key'),
      required(caller, 'X-App-Id'),
    )
    return core.visitors.recognise(app, deviceIdOf(caller))
  },
  principal: (visitor) => visitor,
}

/** An agent or a server in one app. */
export const asStaff: Scheme<Staff> = {
  admits: 'staff',
  security: [staffSecurity],
  authenticate: (core, caller) => staffByToken(core, bearer(caller), caller.header('X-App-Id')),
  principal: (staff) => staff,
}

/** An agent, before an app is chosen. */
export const asSignedIn: Scheme<SignedInAgent> = {
  admits: 'staff',
  security: [staffSecurity],
  authenticate: (core, caller) => core.auth.agentByToken(bearer(caller)),
  principal: () => null,
}

/** Whoever takes part in conversations. */
export const asAnybody: Scheme<Principal> = {
  admits: 'both',
  security: [visitorSecurity, staffSecurity],
  authenticate: (core, caller) =>
    caller.header('Authorization') === undefined
      ? asVisitor.authenticate(core, caller)
      : asStaff.authenticate(core, caller),
  principal: (principal) => principal,
}

/** A secret key (`sk_…`), a personal token or an access token. */
async function staffByToken(core: Core, token: string, appId: string | undefined): Promise<Staff> {
  if (token.startsWith('pk_'))
    throw forbidden('A publishable key cannot do this. Use an agent’s token, or a secret key on a server.')
  if (token.startsWith('sk_')) return core.auth.serverByKey(token, appId)
  return core.auth.inApp(await core.auth.agentByToken(token), appId)
}

function bearer(caller: Caller): string {
  const [scheme, token] = (caller.header('Authorization') ?? '').split(' ')
  if (scheme?.toLowerCase() === 'bearer' && token) return token
  throw unauthorized('Say who you are with the header Authorization: Bearer <token>.')
}

function required(caller: Caller, name: string): string {
  const value = caller.header(name)
  if (value) return value
  throw unauthorized(`Say who you are: the header ${name} is missing.`)
}

/** Header values arrive as Latin-1; a device id is whatever the client made of it, without control characters. */
function deviceIdOf(caller: Caller): string {
  const deviceId = cleanText(required(caller, 'X-Device-Id'))
  if (deviceId.length <= 128) return deviceId
  throw new AppError('invalid_request', 'The device id is too long: at most 128 characters.', {
    details: [{ path: 'X-Device-Id', message: 'longer than 128 characters' }],
  })
}
