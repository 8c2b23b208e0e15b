import type { Clock } from '../../src/server/core/ports.js'

/** A clock that stands still until a test moves it. */
export interface HandMovedClock extends Clock {
  /** Moves the time on by `milliseconds` and calls back everything that falls due, in order of its time. */
  advance(milliseconds: number): void
  /** Sets the time back, as an administrator may; timers go on as if nothing had happened. */
  turnBack(milliseconds: number): void
}

interface Timer {
  due: number
  readonly callback: () => void
}

/** A clock that starts at `start` (milliseconds since 1970). */
export function handMovedClock(start = Date.UTC(2026, 0, 1)): HandMovedClock {
  let time = start
  const timers = new Set<Timer>()

  function after(milliseconds: number, callback: () => void): () => void {
    const timer = { due: time + milliseconds, callback }
    timers.add(timer)
    return () => timers.delete(timer)
  }

  function advance(milliseconds: number): void {
    const end = time + milliseconds
    for (let timer = nextDue(timers, end); timer !== undefined; timer = nextDue(timers, end)) {
      timers.delete(timer)
      time = Math.max(time, timer.due)
      timer.callback()
    }
    time = end
  }

  function turnBack(milliseconds: number): void {
    time -= milliseconds
    for (const timer of timers) timer.due -= milliseconds
  }

  return { now: () => time, after, advance, turnBack }
}

function nextDue(timers: ReadonlySet<Timer>, end: number): Timer | undefined {
  const due = [...timers].filter((timer) => timer.due <= end)
  return due.reduce<Timer | undefined>(
    (earliest, timer) => (earliest === undefined || timer.due < earliest.due ? timer : earliest),
    undefined,
  )
}
