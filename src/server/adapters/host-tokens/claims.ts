import { unauthorized } from '../../core/errors.js'
import type { HostToken } from '../../core/ports/host-tokens.js'
import { clockToleranceMs } from './options.js'
import { endless, expired } from './refusals.js'

/** The latest moment that a Date can tell. */
const latestMs = 8.64e15

/** The claims of a token whose signature is right. Throws AppError `unauthorized`. */
export function claimsOf(payload: Record<string, unknown>, now: number): HostToken {
  const { sub, app_id: appId, name } = payload
  if (typeof sub !== 'string')
    throw unauthorized('The claim "sub" of this token is no text. Put the id of the user there.')
  if (appId !== undefined && appId !== null && typeof appId !== 'string')
    throw unauthorized(
      'The claim "app_id" of this token is no text. Put the id of an app there, or leave it out.',
    )
  const expiresAt = moment(payload.exp, 'exp')
  if (expiresAt === null) throw endless()
  if (expiresAt <= now) throw expired()
  return {
    userId: sub,
    appId: appId ?? null,
    name: typeof name === 'string' ? name : null,
    issuedAt: issuedBefore(now, payload.iat),
    expiresAt,
  }
}

/** One from the future would outlive the deletion of its user. */
function issuedBefore(now: number, iat: unknown): number | null {
  const issuedAt = moment(iat, 'iat')
  if (issuedAt !== null && issuedAt > now + clockToleranceMs)
    throw unauthorized('This token was issued in the future. Check the clock of your application.')
  return issuedAt
}

function moment(seconds: unknown, claim: string): number | null {
  if (seconds === undefined) return null
  const milliseconds = typeof seconds === 'number' ? Math.floor(seconds * 1000) : Number.NaN
  if (milliseconds >= 0 && milliseconds <= latestMs) return milliseconds
  throw unauthorized(`The claim "${claim}" of this token is no time. Put the seconds since 1970 there.`)
}
