import { decodeProtectedHeader } from 'jose/decode/protected_header'
import { type AppError, unauthorized } from '../core/errors.js'
import type { HostTokens } from '../core/ports/host-tokens.js'
import { claimsOf } from './host-tokens/claims.js'
import { explained, malformed } from './host-tokens/refusals.js'
import { type RemoteKeysOptions, remoteKeys } from './host-tokens/remote-keys.js'
import { sharedSecrets } from './host-tokens/shared-secrets.js'
import type { Verifier } from './host-tokens/verifier.js'

export interface HostTokenOptions extends RemoteKeysOptions {
  /** Each verifies HS256; several while one is rotated. */
  secrets: readonly string[]
  /** Where the public keys for RS256, ES256 and EdDSA are. */
  jwksUrl: string | null
}

/** A token is a few hundred bytes; nobody shall make this server parse megabytes. */
const longestToken = 8_192

/**
 * Tokens of the host. The algorithm chooses what may verify it, so that a public key is never taken for a secret.
 * Throws a RangeError for a secret that is too short.
 */
export function hostTokens({ secrets, jwksUrl, ...options }: HostTokenOptions): HostTokens {
  const verifiers = [
    ...(secrets.length > 0 ? [sharedSecrets(secrets)] : []),
    ...(jwksUrl === null ? [] : [remoteKeys(new URL(jwksUrl), options)]),
  ]
  return {
    async verify(token, now) {
      if (verifiers.length === 0) throw switchedOff()
      const algorithm = algorithmOf(token)
      const verifier = verifiers.find(({ algorithms }) => algorithms.includes(algorithm))
      if (verifier === undefined) throw notAllowed(verifiers)
      const claims = await verifier.verify(token, now).catch((error: unknown) => {
        throw explained(error)
      })
      return claimsOf(claims, now)
    },
  }
}

function algorithmOf(token: string): string {
  if (token.length > longestToken) throw unauthorized('This token is too long. Put fewer claims in it.')
  try {
    return decodeProtectedHeader(token).alg ?? 'none'
  } catch {
    throw malformed()
  }
}

const switchedOff = (): AppError =>
  unauthorized('Tokens of users are not accepted here. Set AUTH_JWT_SECRET or AUTH_JWKS_URL on the server.')

function notAllowed(verifiers: readonly Verifier[]): AppError {
  const allowed = verifiers.flatMap(({ algorithms }) => algorithms).join(', ')
  return unauthorized(`The algorithm of this token is not allowed. Sign it with one of these: ${allowed}.`)
}
