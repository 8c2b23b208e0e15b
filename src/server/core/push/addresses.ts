import { ECDH } from 'node:crypto'
import { type AppError, invalid } from '../errors.js'
import type { PushAddress, PushSender } from '../ports/push-sender.js'

const longestEndpoint = 1_024
// RFC 8291: an uncompressed point of P-256 and 16 bytes.
const publicKeyBytes = 65
const authBytes = 16
const firebaseToken = /^[\w:.~%+/=-]+$/

/** Where the device is that stored this token; null when it is nothing that can be reached. */
export function addressOf(stored: string): PushAddress | null {
  if (!stored.startsWith('{')) return { kind: 'fcm', token: stored }
  return subscriptionOf(stored)
}

/**
 * A token as it is to be stored: of the platform `web` a subscription, reduced to what is needed; of others as it
 * is. Throws invalid_request, also where the subscription leads to the network behind the server.
 */
export function checkedToken(sender: PushSender, platform: string, token: string): string {
  if (platform.toLowerCase() === 'web') return checkedSubscription(sender, token)
  if (firebaseToken.test(token)) return token
  throw refused(
    'push_token of this platform is a Firebase registration token. A browser’s subscription needs platform web.',
  )
}

function checkedSubscription(sender: PushSender, token: string): string {
  const subscription = subscriptionOf(token)
  if (subscription === null)
    throw refused(
      'push_token of the platform web is the JSON of a PushSubscription: endpoint, keys.p256dh, keys.auth.',
    )
  const { endpoint, keys } = subscription
  const url = URL.canParse(endpoint) ? new URL(endpoint) : null
  if (
    url?.protocol !== 'https:' ||
    endpoint.length > longestEndpoint ||
    url.username !== '' ||
    url.password !== ''
  )
    throw refused('The endpoint of a subscription is an address that begins with https://.')
  if (sender.refuses(url))
    throw refused('The endpoint of a subscription is the public address of a push service.')
  if (!isPoint(keys.p256dh) || bytesOf(keys.auth)?.length !== authBytes)
    throw refused('The keys of the subscription are not those that a browser makes: subscribe again.')
  return JSON.stringify({ endpoint, keys })
}

function subscriptionOf(text: string): Extract<PushAddress, { kind: 'web' }> | null {
  const { endpoint, keys } = parsed(text)
  if (typeof endpoint !== 'string' || typeof keys !== 'object' || keys === null) return null
  const { p256dh, auth } = keys as Record<string, unknown>
  if (typeof p256dh !== 'string' || typeof auth !== 'string') return null
  return { kind: 'web', endpoint, keys: { p256dh, auth } }
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

const bytesOf = (text: string): Buffer | null =>
  /^[\w-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64url') : null

function isPoint(text: string): boolean {
  const bytes = bytesOf(text)
  if (bytes?.length !== publicKeyBytes) return false
  try {
    ECDH.convertKey(bytes, 'prime256v1')
    return true
  } catch {
    return false
  }
}

const refused = (sentence: string): AppError =>
  invalid(sentence, { details: [{ path: 'push_token', message: sentence }] })
