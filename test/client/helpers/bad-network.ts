import { once } from 'node:events'
import { connect, createServer, type Server, type Socket } from 'node:net'

/** A network between client and server that a test may cut, slow down, or let swallow everything. */
export class BadNetwork implements AsyncDisposable {
  /** Milliseconds that each piece takes, both ways. */
  delay = 0
  /** Everything sent from now on vanishes, and nobody is told. */
  swallowing = false
  /** Nobody new comes through. */
  refusing = false
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
  }

  static async before(port: number): Promise<BadNetwork> {
    const server = createServer()
    const network = new BadNetwork(server)
    server.on('connection', (near) => {
      if (network.refusing) near.destroy()
      else network.#join(near, connect(port, '127.0.0.1'))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return network
  }

  get url(): string {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The network has no port.')
    return `http://127.0.0.1:${address.port}`
  }

  /** Ends every connection that stands now. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
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
    from.on('data', (piece: Buffer) => {
      if (this.swallowing) return
      // Timers of one length end in the order of their start, so pieces keep theirs while the delay stays.
      setTimeout(() => to.write(piece), this.delay)
    })
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }
}
