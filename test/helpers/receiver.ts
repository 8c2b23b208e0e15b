import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

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

/** An HTTP server that takes webhooks, keeps what it got and answers as it is told. */
export class Receiver implements AsyncDisposable {
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

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
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
    const body = await text(request)
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    )
    const attempt = Number(headers['x-webhook-attempt'])
    const received = { headers, body, event: JSON.parse(body) as Received['event'], attempt }
    this.received.push(received)
    this.answer(received, response)
  }
}
