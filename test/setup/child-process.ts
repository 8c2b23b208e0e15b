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

/** A loopback port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('The system gave no loopback port.')
  return address.port
}
