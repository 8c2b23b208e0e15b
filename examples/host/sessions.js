import { jwtVerify, SignJWT } from 'jose'
import { settings, users } from './settings.js'

/** @typedef {import('express').Request} Request */
/** @typedef {import('express').Response} Response */

const COOKIE = 'session'
const HOURS = 12

/**
 * Keeps the person signed in with a signed cookie that no script of the page can read.
 * @param {Response} response
 * @param {string} userId
 */
export async function beginSession(response, userId) {
  const session = await new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime(`${HOURS}h`)
    .sign(settings.sessionSecret)
  response.cookie(COOKIE, session, { ...attributes(response.req), maxAge: HOURS * 3_600_000 })
}

/** @param {Response} response */
export function endSession(response) {
  response.clearCookie(COOKIE, attributes(response.req))
}

/**
 * Who is signed in. The signed cookie alone says so: no route of this host takes a user's id from the caller.
 * @param {Request} request
 */
export async function signedInUser(request) {
  const session = /(?:^|; )session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1]
  if (session === undefined) return undefined
  try {
    const { payload } = await jwtVerify(session, settings.sessionSecret, { algorithms: ['HS256'] })
    return users.find(({ id }) => id === payload.sub)
  } catch {
    return undefined // forged, outdated, or signed before a restart
  }
}

/**
 * Lets only people who are signed in go on; `response.locals.user` is who it is.
 * @param {Request} request
 * @param {Response} response
 * @param {import('express').NextFunction} next
 */
export async function signedIn(request, response, next) {
  const user = await signedInUser(request)
  if (user === undefined) {
    const timestamp = new Date().toISOString()
    response.status(401).json({ code: 'unauthorized', message: 'Sign in first.', timestamp })
    return
  }
  response.locals.user = user
  next()
}

/** @param {Request} request @returns {import('express').CookieOptions} */
const attributes = (request) => ({ httpOnly: true, sameSite: 'strict', secure: request.secure, path: '/' })
