import type { ClientClock } from './types/ports.js'

/** The machine's own time and chance. */
export const systemClock: ClientClock = {
  now: Date.now,
  after(milliseconds, task) {
    const timer = setTimeout(task, milliseconds)
    return () => clearTimeout(timer)
  },
  random: Math.random,
}

/** Resolves after `milliseconds` of the given clock. */
export function wait(clock: ClientClock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => clock.after(milliseconds, resolve))
}
