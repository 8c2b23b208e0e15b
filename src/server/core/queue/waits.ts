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
