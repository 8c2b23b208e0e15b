import { setTimeout as delay } from 'node:timers/promises'

/** Waits until the condition holds; gives the milliseconds it took. Fails after `seconds` with what was waited for. */
export async function waitFor(
  what: string,
  condition: () => boolean | Promise<boolean>,
  { seconds, signal }: { seconds: number; signal: AbortSignal },
): Promise<number> {
  const began = performance.now()
  while (!(await condition())) {
    if (performance.now() - began > seconds * 1_000) throw new Error(`waited ${seconds} s in vain: ${what}`)
    await delay(10, undefined, { signal })
  }
  return performance.now() - began
}
