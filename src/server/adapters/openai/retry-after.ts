/** Milliseconds that a refusal asks to wait, from `retry-after-ms` or `retry-after` (seconds or a date). */
export function retryAfter(headers: Headers | undefined, now = Date.now()): number | null {
  const milliseconds = Number(headers?.get('retry-after-ms') ?? Number.NaN)
  if (Number.isFinite(milliseconds)) return Math.max(0, milliseconds)
  const given = headers?.get('retry-after')
  if (given == null || given.trim() === '') return null
  const seconds = Number(given)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1_000)
  const date = Date.parse(given)
  return Number.isNaN(date) ? null : Math.max(0, date - now)
}
