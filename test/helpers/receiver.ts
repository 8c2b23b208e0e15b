import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly event: { id: string; type: string; timestamp: string; data: Record<string, unknown> }
}

/** A receiver of webhooks on this machine, which keeps what it got and answers as a test says. */
export class Receiver implements AsyncDisposable {
  readonly received: Received[] = []
  answer: (response: ServerResponse, received: Received) => void = (response) => response.writeHead(204).end()
  readonly #server: Server

  private constructor() {
    this.#server = createServer(async (request, response) => {
      const body = await text(request)
      const received = { headers: request.headers, body, event: JSON.parse(body) as Received['event'] }
      this.received.push(received)
      this.answer(response, received)
    })
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver()
    receiver.#server.listen(0, '127.0.0.1')
    await once(receiver.#server, 'listening')
    return receiver
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
