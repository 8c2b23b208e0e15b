const MINUTE = 60_000
const HOUR = 60 * MINUTE
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: HOUR, d: 24 * HOUR, w: 7 * 24 * HOUR }
const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const MORNING = '9:00'

/** How a moment may be written: what to tell when one is not understood. */
export const MOMENT_EXAMPLES = '30m, 2h, 3d, 18:30, tomorrow, monday 10:00 or 2027-01-31 9:00'

/**
 * The moment that an agent wrote, in their own time zone: a span from now (`2h`), a time (the next one), or a day
 * with or without a time (9:00). Null for what is none; it may lie in the past.
 */
export function parseMoment(written: string, now: number): number | null {
  const text = written
    .trim()
    .toLowerCase()
    .replace(/^(in|at|until) /, '')
  const [, amount, unit = ''] = /^(\d{1,4}) ?([mhdw])[a-z]*$/.exec(text) ?? []
  if (amount !== undefined) return now + Number(amount) * (UNITS[unit] ?? 0)
  const [, day = '', time] = /^(.*?) ?(\d{1,2}:\d{2})?$/.exec(text) ?? []
  if (day === '') return time === undefined ? null : nextTime(now, time)
  const date = dayOf(day, now)
  return date && at(date, time ?? MORNING)
}

/** `today 14:30`, `tomorrow 9:00`, `Mon 23 Nov 9:00`. */
export function momentLabel(moment: number, now: number): string {
  const date = new Date(moment)
  const time = `${date.getHours()}:${String(date.getMinutes()).padStart(2, '0')}`
  const days = Math.round((startOf(date) - startOf(new Date(now))) / (24 * HOUR))
  if (days === 0 || days === 1) return `${days === 0 ? 'today' : 'tomorrow'} ${time}`
  const day = date.toLocaleDateString('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })
  return `${day.replace(',', '')} ${time}`
}

function nextTime(now: number, time: string): number | null {
  const today = at(new Date(now), time)
  if (today === null || today > now) return today
  const tomorrow = new Date(now)
  tomorrow.setDate(tomorrow.getDate() + 1)
  return at(tomorrow, time)
}

function dayOf(day: string, now: number): Date | null {
  const date = new Date(now)
  if (day === 'today') return date
  const [, year, month, dayOfMonth] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(day) ?? []
  if (year !== undefined) {
    const wanted = new Date(Number(year), Number(month) - 1, Number(dayOfMonth))
    return wanted.getMonth() === Number(month) - 1 ? wanted : null
  }
  const weekday = day.length < 3 ? -1 : WEEKDAYS.findIndex((name) => name.startsWith(day))
  if (day !== 'tomorrow' && weekday < 0) return null
  const ahead = day === 'tomorrow' ? 1 : ((weekday - date.getDay() + 6) % 7) + 1
  date.setDate(date.getDate() + ahead)
  return date
}

function at(date: Date, time: string): number | null {
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours > 23 || minutes > 59 ? null : new Date(date).setHours(hours, minutes, 0, 0)
}

function startOf(date: Date): number {
  return new Date(date).setHours(0, 0, 0, 0)
}
