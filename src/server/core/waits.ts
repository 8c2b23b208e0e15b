/**
 * The estimate of a wait: the moving average of the app and priority, minus the time waited, at least 0,
 * in whole seconds; null while no claim has been seen.
 */
export function estimateSeconds(
  averageMs: number | undefined,
  requestedAt: number,
  now: number,
): number | null {
  if (averageMs === undefined) return null
  return Math.max(0, Math.round((averageMs - (now - requestedAt)) / 1000))
}

/** The moving average after one more wait: 0.9 old + 0.1 new. */
export const movingAverage = (oldMs: number | undefined, waitedMs: number): number =>
  oldMs === undefined ? waitedMs : Math.round(oldMs * 0.9 + waitedMs * 0.1)
