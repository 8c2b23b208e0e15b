import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** The server under test has one core for itself, everything else runs on the others. */
export const SERVER_CORE = '0'
export const LOAD_CORES = availableParallelism() > 1 ? `1-${availableParallelism() - 1}` : '0'

const canPin = findTaskset()

/** The command line that keeps a program on some cores, or the program as it is where taskset is missing. */
export function pinned(cores: string, commandLine: readonly [string, ...string[]]): [string, ...string[]] {
  return canPin ? ['taskset', '--cpu-list', cores, ...commandLine] : [...commandLine]
}

/** Keeps a running process, and what it starts from now on, on some cores. */
export function pinProcess(cores: string, pid: number): void {
  if (canPin)
    execFileSync('taskset', ['--all-tasks', '--pid', '--cpu-list', cores, String(pid)], { stdio: 'ignore' })
}

function findTaskset(): boolean {
  try {
    execFileSync('taskset', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
