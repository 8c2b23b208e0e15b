import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { until } from '../../test/helpers/until.js'
import { freePort } from '../../test/setup/child-process.js'
import { cpuSeconds } from '../machine/cpu.js'
import { app, instanceFile } from '../product/instance.js'

// From where this runs does not tell: compiled for people, as it stands for tests.
/** The folder of the package. */
export const root = dirname(createRequire(import.meta.url).resolve('replyhq/package.json'))
const binary = join(root, 'bin/replyhq.cjs')

// A load is faster than any visitor: the limits that protect from abuse are lifted, everything else is as delivered.
const unhurried = {
  REPLYHQ_LOG_LEVEL: 'error',
  REPLYHQ_LIMITS_VISITOR_MESSAGES: '1000000',
  REPLYHQ_LIMITS_DEVICE_REQUESTS: '1000000',
}

export interface FaultServerOptions {
  /** Where the data folder is to be; a temporary one when left out. */
  readonly folder?: string
  readonly environment?: NodeJS.ProcessEnv
  /** The installation as text; that of every bench when left out. */
  readonly plan?: string
}

/** What a start took until the server was healthy: by the clock, and of processor time, which no neighbour lengthens. */
export interface Start {
  readonly seconds: number
  readonly cpuSeconds: number
}

/** `replyhq serve` over an installation of its own, which things are done to. */
export class FaultServer implements AsyncDisposable {
  readonly app = app
  /** What it wrote to standard error, over all starts. */
  complaints = ''
  #child: ChildProcess | null = null

  private constructor(
    readonly data: string,
    readonly port: number,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  /** Makes the installation; `start` starts it. Disposing of it ends the server and removes the folder. */
  static async install({
    folder,
    environment,
    plan: text = instanceFile,
  }: FaultServerOptions = {}): Promise<FaultServer> {
    const data = folder ?? mkdtempSync(join(tmpdir(), 'replyhq-fault-'))
    mkdirSync(data, { recursive: true })
    const port = await freePort()
    const { PATH } = process.env
    const own = { PATH, ...unhurried, REPLYHQ_DATA: data, REPLYHQ_PORT: String(port), ...environment }
    const plan = join(data, 'instance.yaml')
    writeFileSync(plan, text)
    for (const words of [['migrate'], ['admin', 'apply', '-f', plan, '--yes']])
      execFileSync(process.execPath, [binary, ...words], { env: own, stdio: ['ignore', 'pipe', 'pipe'] })
    return new FaultServer(data, port, own)
  }

  /** A further node of an installation, not started yet. */
  static async beside({ data, environment }: FaultServer): Promise<FaultServer> {
    const port = await freePort()
    return new FaultServer(data, port, { ...environment, REPLYHQ_PORT: String(port) })
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  /** How it ended; null while it runs. */
  get ended(): { code: number | null; signal: string | null } | null {
    const child = this.#child
    if (child === null || (child.exitCode === null && child.signalCode === null)) return null
    return { code: child.exitCode, signal: child.signalCode }
  }

  /** Starts it, behind a command such as strace when one is named; resolves when it is healthy. */
  async start(behind: readonly string[] = []): Promise<Start> {
    const began = performance.now()
    const [command = '', ...words] = [...behind, process.execPath, binary, 'serve']
    const child = spawn(command, words, { env: this.environment, stdio: ['ignore', 'ignore', 'pipe'] })
    this.#child = child
    child.stderr.on('data', (chunk: Buffer) => {
      this.complaints += chunk.toString()
    })
    const killWithUs = () => child.kill('SIGKILL')
    process.once('exit', killWithUs)
    child.once('exit', () => process.off('exit', killWithUs))
    await until('the server is healthy', () => this.#isHealthy(), { deadline: 100_000, every: 10 })
    return { seconds: (performance.now() - began) / 1_000, cpuSeconds: cpuSeconds(this.pid) }
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (this.#child === null || this.ended !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill(signal)
    await ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL')
    rmSync(this.data, { recursive: true, force: true })
  }

  async #isHealthy(): Promise<boolean> {
    if (this.ended !== null) throw new Error(`The server ended: ${this.complaints}`)
    return (await fetch(`${this.url}/health`).catch(() => null))?.ok === true
  }
}
