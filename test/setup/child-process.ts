import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/** A server that runs beside the tests and is ended with them. */
export interface ServerProcess {
  readonly child: ChildProcess
  /** What it wrote to standard output and standard error so far. */
  output(): string
  /** Asks it to end with `signal` and kills it after five seconds; safe to call twice. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Starts a server process; its output is kept for error messages, and it never outlives this process. */
export function startServerProcess(
  command: string,
  parameters: readonly string[],
  options: SpawnOptions = {},
): ServerProcess {
  const child = spawn(command, parameters, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  const chunks: string[] = []
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  child.stderr?.on('data', (chunk: Buffer) => chunks.push(chunk.toString()))
  child.on('error', (error) => chunks.push(String(error)))
  const killWithUs = () => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  child.once('exit', () => process.off('exit', killWithUs))
  return { child, output: () => chunks.join(''), stop: (signal = 'SIGTERM') => stopChild(child, signal) }
}

async function stopChild(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (hasEnded(child)) return
  const ended = once(child, 'exit')
  child.kill(signal)
  const timer = setTimeout(() => child.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(timer)
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null || child.pid === undefined
}

/** Waits until `probe` does not throw; fails with the server's own output when it ends or takes too long. */
export async function waitUntilReady(server: ServerProcess, probe: () => Promise<void>): Promise<void> {
  const deadline = Date.now() + 30_000
  for (;;) {
    if (hasEnded(server.child)) throw new Error(`The server ended before it was ready:\n${server.output()}`)
    try {
      await probe()
      return
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`The server was not ready in 30 s:\n${server.output()}`, { cause: error })
      await delay(20)
    }
  }
}

// Below the ports that systems give away by themselves (Linux: from 32,768 on, others: from 49,152 on): a port out of
// those is taken by any connection of a neighbour while the server that it is meant for starts, or starts again.
const LOWEST_PORT = 10_240
const PORTS_OF_A_WORKER = 2_500
const WORKERS = 8
let taken = Math.floor(Math.random() * PORTS_OF_A_WORKER)

/** A loopback port that nobody uses, and that no other worker of this run is given. */
export async function freePort(): Promise<number> {
  const worker = Number(process.env.VITEST_POOL_ID ?? 0) % WORKERS
  for (let tries = 0; tries < PORTS_OF_A_WORKER; tries += 1) {
    taken = (taken + 1) % PORTS_OF_A_WORKER
    const port = LOWEST_PORT + worker * PORTS_OF_A_WORKER + taken
    if (await isFree(port)) return port
  }
  throw new Error('The system gave no loopback port.')
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1')
  try {
    await once(server, 'listening')
  } catch {
    return false // somebody listens there
  }
  server.close()
  await once(server, 'close')
  return true
}
