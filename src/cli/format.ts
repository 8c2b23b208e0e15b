/** A time of the store (milliseconds) as it stands on every wire. */
export const wireTime = (at: number): string => new Date(at).toISOString()

/** The same where there may be none. */
export const wireTimeOrNull = (at: number | null): string | null => (at === null ? null : wireTime(at))

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
