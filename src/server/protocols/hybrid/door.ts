import { agentAudience } from '../../core/principal.js'
import type { Handshake } from '../protocol.js'

/**
 * Whether a handshake brings a token that a host application may have signed: a JWT that is no agent's. It only
 * chooses the door, so it is read without being verified; behind the door it is.
 */
export function bringsHostToken({ auth }: Handshake): boolean {
  if (typeof auth !== 'object' || auth === null || !('token' in auth)) return false
  const claims = claimsOf(auth.token)
  return claims !== null && ![claims.aud].flat().includes(agentAudience)
}

function claimsOf(token: unknown): { aud?: unknown } | null {
  if (typeof token !== 'string') return null
  const parts = token.split('.')
  if (parts.length !== 3) return null
  try {
    const claims: unknown = JSON.parse(Buffer.from(parts[1] ?? '', 'base64url').toString())
    return typeof claims === 'object' && claims !== null ? claims : null
  } catch {
    return null
  }
}
