import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { expect } from 'vitest'
import type { Received } from '../helpers/receiver.js'

/** Checks both signatures, one with the library and one by hand, and that headers and body agree. */
export function expectSigned({ headers, body, event }: Received, secret: string): void {
  const signed = new Webhook(secret, secret.startsWith('whsec_') ? {} : { format: 'raw' })
  // The library compares with the machine's time; the tests' own may stand elsewhere.
  const at = new Date(Number(headers['webhook-timestamp']) * 1_000)
  expect(headers['webhook-signature']?.split(' ')).toContain(signed.sign(event.id, at, body))
  const [time = '', ...signatures] = headers['x-webhook-signature']?.split(',') ?? []
  const expected = createHmac('sha256', secret)
    .update(`${time.replace('t=', '')}.${body}`)
    .digest('hex')
  expect(signatures).toContain(`v1=${expected}`)
  expect(time).toBe(`t=${headers['webhook-timestamp']}`)
  expect([headers['webhook-id'], headers['x-webhook-id']]).toEqual([event.id, event.id])
  expect(headers['x-webhook-event']).toBe(event.type)
  expect(Object.keys(event)).toEqual(['id', 'type', 'timestamp', 'data'])
}
