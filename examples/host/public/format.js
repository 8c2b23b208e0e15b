const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' })
const date = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' })
const longDate = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' })
const DAY = 86_400_000

/** @param {string} at */
export const timeOf = (at) => clock.format(new Date(at))

/** The time of today, the day of this week, else the date. @param {string} at */
export function briefly(at) {
  const when = new Date(at)
  if (dayOf(at) === dayOf(new Date().toISOString())) return clock.format(when)
  return Date.now() - when.getTime() < 6 * DAY ? weekday.format(when) : date.format(when)
}

/** @param {string} at */
export const dayOf = (at) => new Date(at).toDateString()

/** @param {string} at */
export function dayName(at) {
  const days = Math.round((startOfDay(Date.now()) - startOfDay(Date.parse(at))) / DAY)
  if (days === 0) return 'Today'
  return days === 1 ? 'Yesterday' : longDate.format(new Date(at))
}

/** @param {number} at */
const startOfDay = (at) => new Date(at).setHours(0, 0, 0, 0)

/** Two letters for a round picture. @param {string} name */
export function initials(name) {
  const words = name.match(/[\p{L}\p{N}]+/gu) ?? ['?']
  return [words[0], words.length > 1 ? words.at(-1) : undefined]
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase()
}

/** One of six colours, the same for the same person. @param {string} id */
export const hue = (id) =>
  [...id].reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7) % 6

/** `Ana`, `Ana and Ben`, `Ana, Ben and Cleo`. @param {string[]} names */
export const listOf = (names) => new Intl.ListFormat('en', { type: 'conjunction' }).format(names)
