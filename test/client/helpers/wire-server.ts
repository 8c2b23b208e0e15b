import { once } from 'node:events'
import { createServer, type Server as HttpServer, type RequestListener } from 'node:http'
import { type Namespace, Server, type Socket } from 'socket.io'

type Answer = (payload: Record<string, unknown>, socket: Socket) => object | undefined

/**
 * A Socket.IO server that says exactly what a test wants: late, twice, out of order, or nothing at all. It answers an
 * event by the test's `answers`; an event without one, or one that gives undefined, gets no ack.
 */
export class WireServer implements AsyncDisposable {
  readonly answers: Record<string, Answer> = { ping: () => ({ ok: true }) }
  /** What was asked, in order. */
  readonly asked: { event: string; payload: Record<string, unknown> }[] = []
  /** Handshakes that were shown, in order. */
  readonly handshakes: Record<string, unknown>[] = []
  /** Refuses a handshake when it gives an error. */
  admit: (auth: Record<string, unknown>) => { code: string; message: string } | null = () => null
  rest: RequestListener = (_, response) => response.writeHead(404).end()
  #http: HttpServer | null = null
  #io: Server | null = null
  #port = 0

  static async start(): Promise<WireServer> {
    const server = new WireServer()
    await server.start()
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Listens, again on the same port when it did before. */
  async start(): Promise<void> {
    const http = createServer((request, response) => this.rest(request, response))
    const io = new Server(http, { path: '/v1/socket.io' })
    for (const name of ['/client', '/admin']) this.#serve(io.of(name))
    http.listen(this.#port, '127.0.0.1')
    await once(http, 'listening')
    const address = http.address()
    if (address === null || typeof address === 'string') throw new Error('The server has no port.')
    this.#port = address.port
    this.#http = http
    this.#io = io
  }

  async stop(): Promise<void> {
    const http = this.#http
    this.#http = null
    await this.#io?.close()
    http?.closeAllConnections()
  }

  say(event: string, payload: object): void {
    for (const socket of this.sockets) socket.emit(event, payload)
  }

  /** Cuts every connection, as a network does. */
  cut(): void {
    for (const socket of this.sockets) socket.conn.close()
  }

  get sockets(): Socket[] {
    return ['/client', '/admin'].flatMap((name) => [...(this.#io?.of(name).sockets.values() ?? [])])
  }

  /** Payloads of one event, in order. */
  askedFor(event: string): Record<string, unknown>[] {
    return this.asked.filter((asked) => asked.event === event).map(({ payload }) => payload)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  #serve(namespace: Namespace): void {
    namespace.use((socket, next) => {
      this.handshakes.push(socket.handshake.auth)
      const refusal = this.admit(socket.handshake.auth)
      next(refusal === null ? undefined : Object.assign(new Error(refusal.message), { data: refusal }))
    })
    namespace.on('connection', (socket) => {
      socket.onAny((event: string, payload: Record<string, unknown>, acknowledge: (ack: object) => void) => {
        this.asked.push({ event, payload })
        const ack = this.answers[event]?.(payload, socket)
        if (ack !== undefined) acknowledge(ack)
      })
    })
  }
}
