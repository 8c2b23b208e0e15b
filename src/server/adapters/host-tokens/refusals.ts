import * as errors from 'jose/errors'
import { type AppError, unauthorized } from '../../core/errors.js'

/** Says what is wrong with a token, and nothing of what is not signed by the host. */
export function explained(error: unknown): unknown {
  if (error instanceof errors.JWTExpired) return expired()
  if (error instanceof errors.JWTClaimValidationFailed) return wrongClaim(error)
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return unauthorized('The signature of this token is wrong. Sign it with the secret that this server has.')
  if (error instanceof errors.JWKSNoMatchingKey)
    return unauthorized(
      'The key that signed this token is not published. Publish it before you sign with it.',
    )
  if (error instanceof errors.JWKSMultipleMatchingKeys)
    return unauthorized('Several keys may have signed this token. Name one in "kid" of its header.')
  if (error instanceof errors.JOSEError) return malformed()
  return error
}

export const expired = (): AppError =>
  unauthorized('This token has expired. Get a new one from your application.')

export const endless = (): AppError => unauthorized('This token never ends. Sign it with the claim "exp".')

export const malformed = (): AppError =>
  unauthorized('This is not a JSON Web Token. Send the one that your application signed.')

function wrongClaim({ claim, reason }: errors.JWTClaimValidationFailed): AppError {
  if (claim === 'nbf' && reason === 'check_failed')
    return unauthorized(
      'This token is not valid yet. Check its claim "nbf" and the clock of your application.',
    )
  if (claim === 'exp' && reason === 'missing') return endless()
  return unauthorized(`The claim "${claim}" of this token is missing or wrong. Sign it with a right one.`)
}
