import { z } from 'zod'

// Each reader takes what the environment (text) or a YAML file (typed) holds and gives one type. A message completes
// a sentence that begins with the name of the setting: "PORT must be …".

/** What may stand behind a setting, apart from its type. */
export interface SettingMeta {
  readonly description: string
  /** May hold a password: masked where it is shown, read from `…_FILE` too, refused in argv. */
  readonly sensitive?: boolean
  /** The plain name means something else on many machines, so only `REPLYHQ_…` counts. */
  readonly prefixedOnly?: boolean
}

const shown = (value: unknown) => (typeof value === 'object' ? 'a list or a group' : JSON.stringify(value))

function reader<Value>(expected: string, read: (value: unknown) => Value | undefined) {
  return z.unknown().transform((value, context): Value => {
    const result = read(value)
    if (result !== undefined) return result
    context.issues.push({ code: 'custom', input: value, message: `must be ${expected}, not ${shown(value)}` })
    return z.NEVER
  })
}

/** A whole number in [minimum, maximum]. */
export function integer(minimum: number, maximum: number) {
  return reader(`a whole number from ${minimum} to ${maximum}`, (value) => {
    const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
    if (typeof number !== 'number' || !Number.isInteger(number)) return undefined
    return number >= minimum && number <= maximum ? number : undefined
  })
}

/** How the numbers of a setting are shown. */
export const formats = z.registry<{ readonly format: (value: number) => string }>()

const TIME_UNITS = { '': 1, ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const SIZE_UNITS = { '': 1, B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 }

/** Milliseconds in [minimum, maximum], written as a number or with a unit: `500ms`, `25s`, `15m`, `2h`, `30d`. */
export function duration(minimum: number, maximum: number) {
  return measured(TIME_UNITS, minimum, maximum, 'a time', 'such as 500ms, 25s, 15m, 2h or 30d')
}

/** Milliseconds of a time as it is written, or undefined. */
export const durationOf = (text: string): number | undefined => measure(text, TIME_UNITS)

/** Bytes in [minimum, maximum], written as a number or with a unit: `512B`, `16KiB`, `10MiB`. */
export function size(minimum: number, maximum: number) {
  return measured(SIZE_UNITS, minimum, maximum, 'a size', 'such as 65536, 16KiB or 10MiB')
}

type Units = Readonly<Record<string, number>>

function measured(units: Units, minimum: number, maximum: number, what: string, examples: string) {
  const format = (value: number) => formatWithUnit(value, units)
  const expected = `${what} from ${format(minimum)} to ${format(maximum)}, ${examples}`
  const schema = reader(expected, (value) => within(measure(value, units), minimum, maximum))
  return schema.register(formats, { format })
}

function measure(value: unknown, units: Units): number | undefined {
  if (typeof value === 'number') return value
  const [, digits, unit = ''] = /^(\d+) ?([A-Za-z]*)$/.exec(String(value)) ?? []
  const factor = units[unit]
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor
}

function within(value: number | undefined, minimum: number, maximum: number): number | undefined {
  return value !== undefined && Number.isInteger(value) && value >= minimum && value <= maximum
    ? value
    : undefined
}

function formatWithUnit(value: number, units: Units): string {
  const fitting = Object.entries(units).findLast(([, factor]) => value >= factor && value % factor === 0)
  return fitting === undefined ? String(value) : `${value / fitting[1]}${fitting[0]}`
}

const YES = ['true', '1', 'yes', 'on']
const NO = ['false', '0', 'no', 'off']

/** Yes or no. */
export const boolean = () =>
  reader('true or false', (value) => {
    const word = String(value).toLowerCase()
    return YES.includes(word) ? true : NO.includes(word) ? false : undefined
  })

/** One of `names`. */
export function oneOf<const Name extends string>(names: readonly Name[]) {
  return reader(`one of ${names.join(', ')}`, (value) => names.find((name) => name === value))
}

/** Text that is not blank. */
export const text = () =>
  reader('text that is not empty', (value) =>
    typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined,
  )

/** A secret of at least `minimum` characters; the message never shows it. */
export function secret(minimum: number) {
  return z.unknown().transform((value, context): string => {
    if (typeof value === 'string' && [...value].length >= minimum) return value
    const message = `must have at least ${minimum} characters, for example from "openssl rand -hex 32"`
    context.issues.push({ code: 'custom', input: value, message })
    return z.NEVER
  })
}

/** Secrets parted by commas, each of at least `minimum` bytes; the message never shows one. */
export function secrets(minimum: number) {
  return z.unknown().transform((value, context): string[] => {
    const entries = String(value)
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '')
    const long = entries.every((entry) => Buffer.byteLength(entry) >= minimum)
    if (long && entries.length > 0) return entries
    const message = `must hold secrets of at least ${minimum} bytes, parted by commas, for example from "openssl rand -hex 32"`
    context.issues.push({ code: 'custom', input: value, message })
    return z.NEVER
  })
}

/** An absolute URL with one of `schemes`; given back without a slash at the end. */
export function url(schemes: readonly string[]) {
  return z.unknown().transform((value, context): string => {
    const given = String(value)
    if (URL.canParse(given) && schemes.includes(new URL(given).protocol.slice(0, -1)))
      return given.replace(/\/+$/, '')
    const message = `must be an address that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`
    context.issues.push({ code: 'custom', input: value, message })
    return z.NEVER
  })
}

/** Entries of a YAML list, or text parted by commas; each without spaces around it. */
export function list(expected: string, accept: (entry: string) => boolean) {
  return reader(expected, (value) => {
    const raw = typeof value === 'string' ? value.split(',') : value
    if (!Array.isArray(raw)) return undefined
    const entries = raw.map((entry) => String(entry).trim()).filter((entry) => entry !== '')
    return entries.every(accept) ? entries : undefined
  })
}
