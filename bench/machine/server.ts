import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { pinned, SERVER_CORE } from './cores.js'

/** A server under test, in a process of its own on the server's core. */
export interface RunningServer {
  readonly pid: number
  readonly port: number
  stop(): Promise<void>
}

/** Starts Node with the arguments; it is ready when a line of its output matches, whose group is the port. */
export async function startServer(
  nodeArguments: readonly string[],
  ready: RegExp,
  environment: NodeJS.ProcessEnv = {},
): Promise<RunningServer> {
  const [command, ...parameters] = pinned(SERVER_CORE, [process.execPath, ...nodeArguments])
  const child = spawn(command, parameters, {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const killWithUs = () => child.kill('SIGKILL')
  process.once('exit', killWithUs)
  const port = await readPort(child, ready)
  return {
    pid: child.pid ?? 0,
    port,
    stop: async () => {
      process.off('exit', killWithUs)
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGTERM')
      await once(child, 'exit')
    },
  }
}

/** Starts one of the bare servers in opponents/. */
export function startOpponent(name: 'relay' | 'express'): Promise<RunningServer> {
  const entry = fileURLToPath(new URL(`../opponents/${name}.js`, import.meta.url))
  return startServer([entry], /^READY (\d+)$/m)
}

function readPort(child: ChildProcess, ready: RegExp): Promise<number> {
  return new Promise((resolve, reject) => {
    let output = ''
    child.stdout?.on('data', (chunk: Buffer) => {
      if (output === undefined) return
      output = (output + chunk.toString()).slice(-65_536)
      const port = ready.exec(output)?.[1]
      if (port !== undefined) resolve(Number(port))
    })
    child.once('exit', (code) =>
      reject(new Error(`The server ended with ${code} before it was ready:\n${output}`)),
    )
  })
}
