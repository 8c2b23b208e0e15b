import { SignJWT } from 'jose'
import { settings } from './settings.js'

/**
 * A token that tells the chat service who somebody is. It is short-lived: the page asks for another each time it
 * connects, and the chat service closes a socket whose token has run out.
 * @param {import('./settings.js').User} user
 * @param {number} seconds
 */
export function signToken(user, seconds) {
  return new SignJWT({ name: user.name })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(user.id)
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + seconds)
    .sign(settings.tokenSecret)
}
