import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A load balancer: gives each connection to the first of its nodes that takes it. */
export class Balancer implements Disposable {
  readonly #ports: readonly number[]
  readonly #sockets = new Set<Socket>()
  readonly #server = createServer((socket) => this.#pass(socket, this.#ports))
  url = ''

  private constructor(ports: readonly number[]) {
    this.#ports = ports
  }

  static async before(nodes: readonly { port: number }[]): Promise<Balancer> {
    const balancer = new Balancer(nodes.map(({ port }) => port))
    balancer.#server.listen(0, '127.0.0.1')
    await once(balancer.#server, 'listening')
    const address = balancer.#server.address()
    balancer.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    return balancer
  }

  [Symbol.dispose](): void {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #pass(socket: Socket, [port, ...others]: readonly number[]): void {
    this.#keep(socket)
    if (port === undefined) {
      socket.destroy()
      return
    }
    const node = connect(port, '127.0.0.1')
    const refused = () => this.#pass(socket, others)
    node.once('error', refused)
    node.once('connect', () => {
      node.off('error', refused)
      this.#keep(node)
      socket.pipe(node).pipe(socket)
      socket.once('close', () => node.destroy())
      node.once('close', () => socket.destroy())
    })
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    // A cut is what these tests are about.
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#sockets.delete(socket))
  }
}
