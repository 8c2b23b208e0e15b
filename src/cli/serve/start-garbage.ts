/** By then whoever waited for the start has been answered, and few have come yet. */
const usualMs = 1_000

/**
 * Gives back soon what only the start needed: 17 of 104 MB, which V8 would keep until a load makes it collect. Disposing
 * of it lets that be.
 */
export function collectStartGarbage(afterMs = usualMs): Disposable {
  // A Node without an inspector keeps its garbage: nothing is wrong with that.
  const timer = setTimeout(() => void collectGarbage().catch(() => {}), afterMs).unref()
  return { [Symbol.dispose]: () => clearTimeout(timer) }
}

/** What the inspector calls a collection also gives pages back to the system, which that of `--expose-gc` does not. */
async function collectGarbage(): Promise<void> {
  const { Session } = await import('node:inspector/promises')
  const session = new Session()
  session.connect()
  await session.post('HeapProfiler.collectGarbage')
  session.disconnect()
}
