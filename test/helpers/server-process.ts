import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../setup/child-process.js'
import { type Installation, type InstallationOptions, makeInstallation } from './seed.js'
import { repositoryRoot } from './sources.js'
import { until } from './until.js'

/** `replyhq serve` in a process of its own, for tests that kill it. Its address stays the same over restarts. */
export class ServerProcess implements AsyncDisposable {
  #child: ChildProcess | undefined
  #output = ''

  private constructor(
    readonly installation: Installation,
    readonly port: number,
  ) {}

  /** Makes an installation (seed.ts) and starts it; resolves when it is healthy. */
  static async start(options: InstallationOptions = {}): Promise<ServerProcess> {
    if (!existsSync(join(repositoryRoot, 'dist/bin/replyhq.js')))
      throw new Error('This test runs the built program. Run "npm run build" first.')
    const server = new ServerProcess(await makeInstallation(options), await freePort())
    await server.start()
    return server
  }

  /** Starts a further node of the same installation. */
  static async beside(first: ServerProcess): Promise<ServerProcess> {
    const server = new ServerProcess(first.installation, await freePort())
    await server.start()
    return server
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** Everything that it wrote to standard output and standard error, over all starts. */
  get output(): string {
    return this.#output
  }

  /** Starts it again on the same folder and port; gives the milliseconds until it was healthy. */
  async start(): Promise<number> {
    const began = performance.now()
    const env = { PATH: process.env.PATH, ...this.installation.environment, REPLYHQ_PORT: String(this.port) }
    const child = spawn(process.execPath, [join(repositoryRoot, 'bin/replyhq.cjs'), 'serve'], {
      env,
      cwd: this.installation.data,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#child = child
    child.stdout.on('data', (chunk: Buffer) => this.#keep(chunk))
    child.stderr.on('data', (chunk: Buffer) => this.#keep(chunk))
    const killWithUs = () => child.kill('SIGKILL')
    process.once('exit', killWithUs)
    child.once('exit', () => process.off('exit', killWithUs))
    await until('the server is healthy', () => this.#healthy(child), { deadline: 30_000, every: 10 })
    return performance.now() - began
  }

  /** Sends a signal and waits for the end: `SIGKILL` is a crash, `SIGTERM` an orderly stop. Gives the exit code. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child
    if (child === undefined || hasEnded(child)) return child?.exitCode ?? null
    const ended = once(child, 'exit')
    child.kill(signal)
    await ended
    return child.exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL')
  }

  #keep(chunk: Buffer): void {
    this.#output += chunk.toString()
  }

  async #healthy(child: ChildProcess): Promise<boolean> {
    if (hasEnded(child)) throw new Error(`The server ended with ${child.exitCode}:\n${this.#output}`)
    try {
      return (await fetch(`${this.url}/health`)).ok
    } catch {
      return false // it does not listen yet
    }
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}
