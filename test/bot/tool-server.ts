import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ToolRequest {
  headers: IncomingHttpHeaders
  body: string
}

/** A tool of an app: an HTTP server that keeps what it was asked. */
export class ToolServer implements AsyncDisposable {
  readonly requests: ToolRequest[] = []
  readonly #server: Server

  private constructor(answer: (response: ServerResponse) => void) {
    this.#server = createServer(async (request, response) => {
      let body = ''
      for await (const chunk of request) body += chunk
      this.requests.push({ headers: request.headers, body })
      answer(response)
    })
  }

  static async start(answer: (response: ServerResponse) => void): Promise<ToolServer> {
    const tool = new ToolServer(answer)
    tool.#server.listen(0, '127.0.0.1')
    await once(tool.#server, 'listening')
    return tool
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/orders`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}
