import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A way to the server on this machine that can be cut, as a network cuts: at once, and telling nobody. */
export class Relay implements AsyncDisposable {
  readonly #server = createServer()
  readonly #sockets = new Set<Socket>()

  protected constructor(address: string) {
    const { hostname, port } = new URL(address)
    const host = hostname.replace(/^\[(.*)\]$/, '$1')
    this.#server.on('connection', (near) => {
      if (this.admits()) this.#join(near, connect({ host, port: Number(port || 80) }))
      else near.destroy()
    })
  }

  /** Before the server at an `http://` address. */
  static before(address: string): Promise<Relay> {
    return new Relay(address).listen()
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

  /** Whether somebody new comes through. */
  protected admits(): boolean {
    return true
  }

  /** Hands on all that one side sends. */
  protected carry(from: Socket, to: Socket): void {
    from.pipe(to)
  }

  protected async listen(): Promise<this> {
    this.#server.listen(0, '127.0.0.1')
    await once(this.#server, 'listening')
    return this
  }

  #join(near: Socket, far: Socket): void {
    this.#hold(near, far)
    this.#hold(far, near)
  }

  #hold(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    this.carry(from, to)
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroy()
    })
  }
}
