// What was written before the end, or before a wish, still goes out; past this nobody would wait any longer.
const patience = 10_000

/** Resolves with false when the time for waiting is over. */
export function expired(): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), patience).unref()
  })
}
