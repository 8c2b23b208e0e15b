import { SignJWT } from 'jose/jwt/sign'
import { jwtVerify } from 'jose/jwt/verify'
import type { AccessTokens } from '../core/ports.js'
import { agentAudience as audience } from '../core/principal.js'

const algorithm = 'HS256'

/** JSON Web Tokens under one secret; algorithm and audience are pinned, an end is required. */
export function jwtAccessTokens(secret: string, lifetimeMs: number): AccessTokens {
  const key = new TextEncoder().encode(secret)
  return {
    async sign(agentId, now) {
      const issued = Math.floor(now / 1000)
      const expiresIn = Math.floor(lifetimeMs / 1000)
      const token = await new SignJWT({})
        .setProtectedHeader({ alg: algorithm })
        .setSubject(agentId)
        .setAudience(audience)
        .setIssuedAt(issued)
        .setExpirationTime(issued + expiresIn)
        .sign(key)
      return { token, expiresIn }
    },

    async verify(token, now) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [algorithm],
          audience,
          requiredClaims: ['sub', 'exp'],
          currentDate: new Date(now),
        })
        if (payload.sub === undefined || payload.exp === undefined) return null
        return { agentId: payload.sub, expiresAt: payload.exp * 1000 }
      } catch {
        return null
      }
    },
  }
}
