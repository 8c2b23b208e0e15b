import express from 'express'
import { signedIn } from './sessions.js'
import { settings } from './settings.js'
import { signToken } from './tokens.js'

/** What a page may ask of the chat service. Nothing else is passed on, the internal API least of all. */
const routes = /** @type {const} */ ([
  ['post', '/conversations'],
  ['get', '/conversations'],
  ['get', '/conversations/:id'],
  ['delete', '/conversations/:id'],
  ['post', '/conversations/:id/participants'],
  ['patch', '/conversations/:id/participants/:userId'],
  ['delete', '/conversations/:id/participants/:userId'],
  ['post', '/conversations/:id/messages'],
  ['get', '/conversations/:id/messages'],
  ['put', '/conversations/:id/read'],
  ['get', '/conversations/:id/unread-count'],
  ['get', '/conversations/:id/presence'],
  ['get', '/messages/:id'],
  ['patch', '/messages/:id'],
  ['delete', '/messages/:id'],
  ['post', '/messages/:id/reactions'],
  ['get', '/messages/:id/reactions'],
  ['delete', '/messages/:id/reactions/:emoji'],
  ['put', '/messages/:id/read'],
  ['get', '/messages/:id/read'],
  ['get', '/users/:userId/presence'],
  ['post', '/presence/batch'],
])

/** Passes calls of the page on with a token of the person who is signed in, and brings the answers back as they are. */
export const proxy = express.Router()
const body = express.raw({ type: () => true, limit: '1mb' })
for (const [method, path] of routes) proxy[method](path, signedIn, body, passOn)

/**
 * @param {express.Request} request
 * @param {express.Response} response
 */
async function passOn(request, response) {
  const target = targetOf(request.originalUrl)
  if (target === undefined) return refuse(response, 404, 'not_found', 'There is no such route.')
  const answer = await ask(target, request, response).catch(() => undefined)
  if (answer === undefined)
    return refuse(response, 503, 'unavailable', 'The chat service does not answer. Try again.')
  response.status(answer.status)
  for (const name of ['content-type', 'retry-after', 'location']) {
    const value = answer.headers.get(name)
    if (value !== null) response.set(name, value)
  }
  response.end(Buffer.from(await answer.arrayBuffer()))
}

/**
 * The same path at the chat service, or nothing when a URL parser would make another of it: `%2e%2e` would climb out
 * of the routes above, and a request line with a whole address would leave for another server.
 * @param {string} path
 */
function targetOf(path) {
  const target = URL.canParse(path, settings.chatUrl.href) ? new URL(path, settings.chatUrl) : undefined
  return target !== undefined && target.origin + path === target.href ? target : undefined
}

/**
 * @param {URL} target
 * @param {express.Request} request
 * @param {express.Response} response
 */
async function ask(target, request, response) {
  const token = await signToken(response.locals.user, 60)
  return fetch(target, {
    method: request.method,
    headers: {
      Authorization: `Bearer ${token}`,
      ...(request.headers['content-type'] && { 'Content-Type': request.headers['content-type'] }),
    },
    body: Buffer.isBuffer(request.body) ? request.body : undefined,
    redirect: 'manual',
    signal: AbortSignal.timeout(10_000),
  })
}

/**
 * @param {express.Response} response
 * @param {number} status
 * @param {string} code
 * @param {string} message
 */
function refuse(response, status, code, message) {
  response.status(status).json({ code, message, timestamp: new Date().toISOString() })
}
