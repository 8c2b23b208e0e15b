import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { expect } from 'vitest'

/** A webhook as it came in. */
export interface Received {
  headers: Record<string, string>
  body: string
  event: { id: string; type: string; timestamp: string; data: Record<string, unknown> }
  /** X-Webhook-Attempt. */
  attempt: number
}

type Answer = (received: Received, response: ServerResponse) => void

export const ok: Answer = (_received, response) => {
  response.writeHead(204).end()
}

export const answering =
  (status: number, headers: Record<string, string> = {}, body = ''): Answer =>
  (_received, response) => {
    response.writeHead(status, headers).end(body)
  }

/** An HTTP server that takes webhooks and answers as it is told. */
export class Receiver {
  readonly received: Received[] = []
  answer: Answer = ok
  #server = createServer((request, response) => void this.#take(request, response))
  #port = 0

  static async start(): Promise<Receiver> {
    const receiver = new Receiver()
    await receiver.start()
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/hook`
  }

  /** Listens, after a stop on the same port. */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.#port, '127.0.0.1', () => {
        this.#port = (this.#server.address() as AddressInfo).port
        resolve()
      })
    })
  }

  /** Cuts every connection; what comes from now on is refused. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  /** Events of a type, in the order in which they came. */
  of(type: string): Received[] {
    return this.received.filter(({ event }) => event.type === type)
  }

  /** `data.content` of the messages that came. */
  contents(): unknown[] {
    return this.of('message.created').map(({ event }) => event.data.content)
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const body = Buffer.concat(chunks).toString('utf8')
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    )
    const attempt = Number(headers['x-webhook-attempt'])
    const received = { headers, body, event: JSON.parse(body) as Received['event'], attempt }
    this.received.push(received)
    this.answer(received, response)
  }
}

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
