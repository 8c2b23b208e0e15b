const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `14:02`, in the agent's own time zone. */
export function clockTime(at: number): string {
  const date = new Date(at)
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`
}

/** The first moment of a time's day, here. */
export function startOfDay(at: number): number {
  return new Date(at).setHours(0, 0, 0, 0)
}

/** `today`, `yesterday`, or the date. `today` is the first moment of today. */
export function dayLabel(at: number, today: number): string {
  if (at >= today && at < today + DAY) return 'today'
  if (at >= startOfDay(today - 1) && at < today) return 'yesterday'
  const date = new Date(at)
  return `${date.getFullYear()}-${twoDigits(date.getMonth() + 1)}-${twoDigits(date.getDate())}`
}

/** A waiting time in a few cells: `0:40`, `12m`, `3h`, `2d`. */
export function shortDuration(milliseconds: number): string {
  const elapsed = Math.max(0, milliseconds)
  if (elapsed < MINUTE) return `0:${twoDigits(Math.floor(elapsed / 1000))}`
  if (elapsed < HOUR) return `${Math.floor(elapsed / MINUTE)}m`
  return elapsed < DAY ? `${Math.floor(elapsed / HOUR)}h` : `${Math.floor(elapsed / DAY)}d`
}

/** `812 B`, `14 KB`, `2.3 MB`. */
export function fileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0')
}
