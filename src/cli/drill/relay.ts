import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** A way to the server on this machine that can be cut, as a network cuts: at once, and telling nobody. */
export class Relay implements AsyncDisposable {
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
  }

  /** Before the server at an `http://` address. */
  static async before(address: string): Promise<Relay> {
    const { hostname, port } = new URL(address)
    const host = hostname.replace(/^\[(.*)\]$/, '$1')
    const server = createServer()
    const relay = new Relay(server)
    server.on('connection', (near) => relay.#join(near, connect({ host, port: Number(port || 80) })))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return relay
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The relay has no port.')
    return `http://127.0.0.1:${address.port}`
  }

  /** Resets every connection that stands now; new ones come through. */
  cut(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #join(near: Socket, far: Socket): void {
    this.#carry(near, far)
    this.#carry(far, near)
  }

  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    from.pipe(to)
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }
}
