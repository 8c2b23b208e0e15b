import { connect, createServer, type Server, type Socket } from 'node:net'
import { freePort } from '../setup/child-process.js'

/** A network between a program and a server that can be held up and cut. */
export class Network implements AsyncDisposable {
  private readonly pairs = new Set<{ readonly near: Socket; readonly far: Socket }>()
  private server: Server | null = null
  private held = false
  private heldPath: string | null = null
  /** Whether an answer is being kept back. */
  holding = false

  private constructor(
    private readonly target: URL,
    private readonly port: number,
  ) {}

  static async to(url: string): Promise<Network> {
    const network = new Network(new URL(url), await freePort())
    await network.restore()
    return network
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** Keeps back what the server says, until `release`; what the program says still arrives. */
  hold(): void {
    this.held = true
    for (const { far } of this.pairs) far.pause()
  }

  /** Keeps back the answers to requests of a path, until `release`. */
  holdAnswersTo(path: string): void {
    this.heldPath = path
  }

  release(): void {
    this.held = false
    this.heldPath = null
    this.holding = false
    for (const { far } of this.pairs) far.resume()
  }

  /** Ends every connection and refuses new ones, until `restore`. */
  async cut(): Promise<void> {
    const { server } = this
    this.server = null
    for (const { near, far } of this.pairs) {
      near.destroy()
      far.destroy()
    }
    if (server) await new Promise((resolve) => server.close(resolve))
  }

  async restore(): Promise<void> {
    const server = createServer((near) => this.pass(near))
    this.server = server
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cut()
  }

  private pass(near: Socket): void {
    const far = connect(Number(this.target.port), this.target.hostname)
    const pair = { near, far }
    this.pairs.add(pair)
    near.on('data', (data) => {
      if (this.heldPath !== null && data.includes(` ${this.heldPath}`)) {
        this.holding = true
        far.pause()
      }
      far.write(data)
    })
    far.on('data', (data) => near.write(data))
    if (this.held) far.pause()
    const end = () => {
      near.destroy()
      far.destroy()
      this.pairs.delete(pair)
    }
    for (const socket of [near, far]) socket.on('close', end).on('error', end)
  }
}
