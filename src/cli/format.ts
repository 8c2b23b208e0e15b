/** A time of the wire, short enough for a table: to the minute, in UTC. */
export function shortTime(at: string | null): string | null {
  return at === null ? null : at.slice(0, 16).replace('T', ' ')
}

/** Seconds as people say them. */
export function shortDuration(seconds: number | null): string | null {
  if (seconds === null) return null
  if (seconds < 60) return `${Math.round(seconds)} s`
  if (seconds < 3_600) return `${Math.round(seconds / 60)} min`
  return `${Math.floor(seconds / 3_600)} h ${Math.round((seconds % 3_600) / 60)} min`
}
