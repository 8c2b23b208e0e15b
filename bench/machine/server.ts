import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../test/setup/child-process.js'
import { pinned, SERVER_CORE } from './cores.js'

/** A server under test, in a process of its own on the server's core. */
export interface RunningServer {
  readonly pid: number
  readonly port: number
  stop(): Promise<void>
}

/** Starts Node with the arguments and PORT in its environment; resolves when `GET /health` answers 200. */
export async function startServer(
  nodeArguments: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<RunningServer> {
  const port = await freePort()
  const [command, ...parameters] = pinned(SERVER_CORE, [process.execPath, ...nodeArguments])
  const child = spawn(command, parameters, {
    env: { ...process.env, ...environment, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const killWithUs = () => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  // Kept for the message of a failed start; at other times a warning would only break the table.
  let complaints = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    complaints = (complaints + chunk.toString()).slice(-4_096)
  })
  await healthy(child, port, () => complaints)
  return {
    pid: child.pid ?? 0,
    port,
    stop: async () => {
      process.off('exit', killWithUs)
      if (hasEnded(child)) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** Starts one of the bare servers in opponents/. */
export function startOpponent(name: 'relay' | 'express' | 'posts'): Promise<RunningServer> {
  return startServer([fileURLToPath(new URL(`../opponents/${name}.js`, import.meta.url))])
}

async function healthy(child: ChildProcess, port: number, complaints: () => string): Promise<void> {
  const deadline = performance.now() + 30_000
  while (!(await answers(port))) {
    if (hasEnded(child))
      throw new Error(`The server ended with ${child.exitCode} before it was ready:\n${complaints()}`)
    if (performance.now() > deadline) throw new Error(`The server was not ready in 30 s:\n${complaints()}`)
    await delay(5)
  }
}

async function answers(port: number): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health`)
    await response.arrayBuffer()
    return response.ok
  } catch {
    return false // it does not listen yet
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}
