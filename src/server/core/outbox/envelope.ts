import { createHmac, randomBytes } from 'node:crypto'
import type { Json } from '../model.js'

/** What a receiver gets as the body. */
export const envelopeOf = ({ id, type, at, data }: { id: string; type: string; at: number; data: Json }) => ({
  id,
  type,
  timestamp: new Date(at).toISOString(),
  data,
})

export interface Signed {
  id: string
  type: string
  /** 1 for the first. */
  attempt: number
  body: string
  /** Those that are good now, the newest first: each signs. */
  secrets: readonly string[]
  /** Milliseconds since 1970. */
  now: number
}

/** The headers of a webhook: our own, and those of Standard Webhooks (https://www.standardwebhooks.com). */
export function webhookHeaders({ id, type, attempt, body, secrets, now }: Signed): Record<string, string> {
  const seconds = Math.floor(now / 1_000)
  // Keyed with the secret as it is written, so that one line of any language checks it.
  const own = secrets.map((secret) => `v1=${sign(secret, `${seconds}.${body}`, 'hex')}`)
  const standard = secrets.map((secret) => `v1,${sign(keyOf(secret), `${id}.${seconds}.${body}`, 'base64')}`)
  return {
    'content-type': 'application/json',
    'user-agent': 'ReplyHQ',
    'X-Webhook-Id': id,
    'X-Webhook-Event': type,
    'X-Webhook-Attempt': String(attempt),
    'X-Webhook-Signature': [`t=${seconds}`, ...own].join(','),
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': standard.join(' '),
  }
}

const sign = (key: string | Buffer, signed: string, encoding: 'hex' | 'base64') =>
  createHmac('sha256', key).update(signed).digest(encoding)

/** What Standard Webhooks sign with: a secret that is not in their form is the text that it is. */
const keyOf = (secret: string): Buffer =>
  isWebhookSecret(secret) ? Buffer.from(secret.slice(prefix.length), 'base64') : Buffer.from(secret, 'latin1')

const prefix = 'whsec_'
const [fewestBytes, mostBytes] = [24, 64]

/** A new secret, in the form of Standard Webhooks. */
export const newWebhookSecret = (): string => prefix + randomBytes(32).toString('base64')

/** whsec_ and the base64 of 24 to 64 bytes. */
export function isWebhookSecret(secret: string): boolean {
  if (!/^whsec_[A-Za-z0-9+/]+={0,2}$/.test(secret)) return false
  const { length } = Buffer.from(secret.slice(prefix.length), 'base64')
  return length >= fewestBytes && length <= mostBytes
}
