import { readdirSync, readFileSync } from 'node:fs'

/** What Linux counts in /proc: a hundred ticks a second on every common architecture. */
const TICKS_PER_SECOND = 100

/** User and system time in seconds that a process and its ended children have used. */
export function cpuSeconds(pid: number): number {
  const fields = statFields(pid)
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15).map(Number)
  return (user + system + childrenUser + childrenSystem) / TICKS_PER_SECOND
}

/** The same over a process and those that it started, such as a postmaster and its backends. */
export function familyCpuSeconds(pid: number): number {
  return cpuSeconds(pid) + childrenOf(pid).reduce((sum, child) => sum + cpuSecondsOrNone(child), 0)
}

/** Memory of a process that is in RAM, in bytes. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kilobytes) * 1024
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((candidate) => parentOf(candidate) === pid)
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(statFields(pid)[1])
  } catch {
    return undefined // it ended since the folder was read
  }
}

function cpuSecondsOrNone(pid: number): number {
  try {
    return cpuSeconds(pid)
  } catch {
    return 0 // it ended meanwhile, and its parent has its time
  }
}

// The second field is the program's name in brackets and may hold spaces; the fields after it are numbers.
function statFields(pid: number): string[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
