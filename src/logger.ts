import { createRequire } from 'node:module'
import { type DestinationStream, destination, type Level, type Logger, pino, stdSerializers } from 'pino'
import { logContext } from './log-context.js'

export type { Logger } from 'pino'

// What makes lines pretty has 30 modules, and a server that writes to a file or a collector has no use for them.
const require = createRequire(import.meta.url)

/** Every logger of the server, so that a reader of logs knows all names from here. */
const names = [
  'server',
  'http',
  'sockets',
  'core',
  'store',
  'realtime',
  'presence',
  'jobs',
  'delivery',
  'bot',
] as const

export type Loggers = Readonly<Record<(typeof names)[number], Logger>>

export interface LoggerOptions {
  readonly level: Level | 'silent'
  /** Readable lines instead of JSON: for people before a terminal. */
  readonly pretty?: boolean
  readonly color?: boolean
  /** Where lines go; standard error when left out, because standard output belongs to data. */
  readonly stream?: DestinationStream
}

/** Makes the named loggers of one process. What looks like a secret is masked on its way out. */
export function createLoggers(options: LoggerOptions): Loggers {
  const root = createLogger(options)
  const entries = names.map((name): [string, Logger] => [name, root.child({ name })])
  return Object.fromEntries(entries) as Loggers
}

function createLogger({ level, stream, ...look }: LoggerOptions): Logger {
  // Synchronous: the last lines before a crash are the ones that matter, and a line costs 5 µs.
  const output = stream ?? destination({ fd: 2, sync: true })
  return pino(
    {
      level,
      base: null,
      mixin: () => logContext.fields(),
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: stdSerializers.err, error: stdSerializers.err },
      formatters: { level: (label) => ({ level: label }), log: (fields) => maskFields(fields, 0) },
      hooks: { streamWrite: maskText },
    },
    look.pretty ? prettyStream(output, look.color ?? false) : output,
  )
}

function prettyStream(output: DestinationStream, colorize: boolean): DestinationStream {
  const { prettyFactory } = require('pino-pretty') as typeof import('pino-pretty')
  const prettify = prettyFactory({ colorize, translateTime: 'SYS:HH:MM:ss.l' })
  return { write: (line) => output.write(prettify(line)) }
}

const MASK = '[masked]'
const SECRET_NAME = /(password|secret|token|cookie|authorization|credential|api_?key|publishable_?key)/i

// Keys and tokens are known by their form too: they may stand in a URL, an error or a message.
const SECRET_FORMS: readonly RegExp[] = [
  /\b(pk|sk|rhq|whsec)_[\w+/=-]{8,}/g,
  /\beyJ[\w-]+\.[\w-]+\.[\w-]+/g,
  /\b(Bearer|Basic) [\w+/=.~-]+/g,
  /(?<=:\/\/[^\s:/@"]*:)[^\s/@"]+(?=@)/g,
]

/** Masks what has the form of a key, a token or a password in an address. */
function maskText(text: string): string {
  return SECRET_FORMS.reduce((masked, form) => masked.replace(form, MASK), text)
}

// Deeper than this nothing of ours is logged, and a cycle must not run for ever.
const DEEPEST = 6

function maskFields(fields: Record<string, unknown>, depth: number): Record<string, unknown> {
  const mask = ([name, value]: [string, unknown]): [string, unknown] => [
    name,
    SECRET_NAME.test(name) && typeof value !== 'number' && typeof value !== 'boolean'
      ? MASK
      : maskValue(value, depth + 1),
  ]
  return Object.fromEntries(Object.entries(fields).map(mask))
}

function maskValue(value: unknown, depth: number): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error || value instanceof Date)
    return value
  if (depth > DEEPEST) return '[deeper]'
  if (Array.isArray(value)) return value.map((entry) => maskValue(entry, depth + 1))
  return maskFields(value as Record<string, unknown>, depth)
}
