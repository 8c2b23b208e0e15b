import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { OutsideEvent } from '../../client/index.js'
import type { Cli } from '../cli.js'

/** How a command ended: a number, or the signal that ended it. */
export type CommandEnd = number | NodeJS.Signals

/**
 * Runs a command with the event as JSON on its standard input. What the event holds is in no argument, which every
 * user of the machine can read, and in no word of the command line, which a stranger could write.
 */
export async function runCommand(
  cli: Cli,
  command: string,
  event: OutsideEvent,
  signal: AbortSignal,
): Promise<CommandEnd> {
  const child = spawn('sh', ['-c', command], {
    env: { ...cli.terminal.variables, ...variablesOf(event) },
    // A group of its own, so that all of it ends with us.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const stop = () => endGroup(child)
  signal.addEventListener('abort', stop)
  try {
    // With --json standard output is ours alone.
    child.stdout.pipe(cli.options.json ? cli.streams.stderr : cli.streams.stdout, { end: false })
    child.stderr.pipe(cli.streams.stderr, { end: false })
    // A command that reads nothing closes the pipe, which is its right.
    child.stdin.on('error', () => {}).end(`${JSON.stringify(event)}\n`)
    const [code, killedBy] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null]
    return code ?? killedBy ?? 'SIGKILL'
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

const variablesOf = ({ type, id, cursor }: OutsideEvent) => ({
  REPLYHQ_EVENT_TYPE: type,
  REPLYHQ_EVENT_ID: id,
  REPLYHQ_EVENT_CURSOR: cursor,
})

function endGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGTERM')
  } catch {
    // It has ended by itself meanwhile.
  }
}
