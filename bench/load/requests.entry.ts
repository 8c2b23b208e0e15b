/** Load over HTTP/1.1, in a process of its own: kept-alive connections, one request under way on each. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { answerCommands } from './answer.js'
import type { RequestCommand, RequestLine, RequestResult } from './commands.js'

const CONTENT_LENGTH = /\r\nContent-Length: (\d+)/i
const HEADER_END = '\r\n\r\n'

/** Sends one request after another over one connection, written by hand to leave the processor to the server. */
class RequestConnection {
  #onAnswer: () => void = () => {}
  #pending = ''

  private constructor(
    private readonly socket: Socket,
    private readonly requests: readonly { readonly head: string; readonly body: string }[],
  ) {
    socket.setNoDelay(true)
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => this.#onData(text))
    socket.on('close', () => {
      throw new Error('The server closed a connection under load.')
    })
  }

  static async open(port: number, lines: readonly RequestLine[]): Promise<RequestConnection> {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    const requests = lines.map((line) => ({ head: headOf(port, line), body: line.body }))
    return new RequestConnection(socket, requests)
  }

  /** Sends the n-th request; resolves when its answer is complete. Anything but a 2xx ends the load. */
  request(n: number, number: number): Promise<void> {
    const { head, body } = this.requests[n % this.requests.length] ?? { head: '', body: '' }
    const content = body.replace('{n}', String(number))
    const description =
      body === '' ? '' : `Content-Type: application/json\r\nContent-Length: ${content.length}\r\n`
    this.socket.write(`${head}${description}\r\n${content}`, 'latin1')
    return new Promise((resolve) => {
      this.#onAnswer = resolve
    })
  }

  #onData(text: string): void {
    this.#pending += text
    const headerEnd = this.#pending.indexOf(HEADER_END)
    if (headerEnd < 0) return
    const length = Number(CONTENT_LENGTH.exec(this.#pending)?.[1] ?? 0)
    if (this.#pending.length < headerEnd + HEADER_END.length + length) return
    if (!this.#pending.startsWith('HTTP/1.1 2')) throw new Error(`Refused: ${this.#pending.slice(0, 600)}`)
    this.#pending = ''
    this.#onAnswer()
  }
}

function headOf(port: number, { method, path, headers }: RequestLine): string {
  const all = Object.entries({ Host: `127.0.0.1:${port}`, ...headers })
  return `${method} ${path} HTTP/1.1\r\n${all.map(([name, value]) => `${name}: ${value}\r\n`).join('')}`
}

let connections: RequestConnection[] = []
let count = 0

answerCommands<RequestCommand>(async (command) => {
  if (command.do === 'prepare') {
    connections = await Promise.all(
      command.connections.map((line) => RequestConnection.open(command.port, line)),
    )
    return undefined
  }
  return saturate(command.milliseconds)
})

async function saturate(milliseconds: number): Promise<RequestResult> {
  const start = performance.now()
  const before = count
  const repeat = async (connection: RequestConnection) => {
    for (let n = 0; performance.now() - start < milliseconds; n += 1) {
      count += 1
      await connection.request(n, count)
    }
  }
  await Promise.all(connections.map(repeat))
  return { requests: count - before, milliseconds: performance.now() - start }
}
