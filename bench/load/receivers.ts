import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** HTTP servers that take whatever is posted, count it and answer 204. */
export class Receivers {
  readonly #servers: Server[] = []
  readonly #counts: number[] = []

  static async start(count: number): Promise<Receivers> {
    const receivers = new Receivers()
    for (let index = 0; index < count; index += 1) await receivers.#add(index)
    return receivers
  }

  get urls(): string[] {
    return this.#servers.map((server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  }

  /** The fewest that any of them got. */
  get fewest(): number {
    return Math.min(...this.#counts)
  }

  stop(): void {
    for (const server of this.#servers) {
      server.close()
      server.closeAllConnections()
    }
  }

  #add(index: number): Promise<void> {
    this.#counts[index] = 0
    const server = createServer((request, response) => {
      request.resume()
      request.once('end', () => {
        this.#counts[index] = (this.#counts[index] ?? 0) + 1
        response.writeHead(204).end()
      })
    })
    this.#servers.push(server)
    return new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  }
}
