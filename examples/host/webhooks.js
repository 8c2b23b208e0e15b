import express from 'express'
import { Webhook } from 'standardwebhooks'
import { settings } from './settings.js'

/**
 * @typedef {object} Received
 * @property {string} id The same however often it is delivered.
 * @property {string} type Such as `message.created`.
 * @property {string} timestamp
 * @property {unknown} data
 * @property {number} deliveries How often it came.
 */

const KEPT = 500
const webhook = new Webhook(settings.webhookSecret)
/** @type {Map<string, Received>} An application of yours keeps the ids with what it did about them. */
const received = new Map()

export const webhooks = express.Router()

// The signature is over the bytes as they came: parse them only after they are verified.
webhooks.post('/', express.raw({ type: () => true, limit: '1mb' }), (request, response) => {
  const event = verified(request)
  if (event === undefined) {
    response.status(400).json({ code: 'invalid_request', message: 'The signature does not fit.' })
    return
  }
  take(event)
  response.sendStatus(204)
})

webhooks.get('/log', onlyFromHere, (_request, response) => {
  response.type('json').send(JSON.stringify([...received.values()].reverse(), null, 2))
})

/**
 * @param {express.Request} request
 * @returns {Received | undefined}
 */
function verified(request) {
  try {
    const headers = /** @type {Record<string, string>} */ (request.headers)
    return /** @type {Received} */ (webhook.verify(request.body, headers))
  } catch {
    return undefined
  }
}

/**
 * An event comes at least once, and one that is late may come after a newer one.
 * @param {Received} event
 */
function take({ id, type, timestamp, data }) {
  const before = received.get(id)?.deliveries ?? 0
  received.set(id, { id, type, timestamp, data, deliveries: before + 1 })
  const [oldest] = received.keys()
  if (received.size > KEPT && oldest !== undefined) received.delete(oldest)
}

/**
 * Lets only this machine read the log; what a proxy passes on comes from elsewhere.
 * @param {express.Request} request
 * @param {express.Response} response
 * @param {express.NextFunction} next
 */
function onlyFromHere(request, response, next) {
  const loopback = ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(request.socket.remoteAddress ?? '')
  if (loopback && request.headers['x-forwarded-for'] === undefined) next()
  else response.sendStatus(404)
}
