import { isIP } from 'node:net'
import { type core, z } from 'zod'
import {
  boolean,
  duration,
  formats,
  integer,
  list,
  oneOf,
  type SettingMeta,
  secret,
  size,
  text,
  url,
} from './values.js'

const logLevels = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const

const registry = z.registry<SettingMeta>()

function setting<Schema extends z.ZodType>(
  schema: Schema,
  description: string,
  more?: Omit<SettingMeta, 'description'>,
) {
  registry.add(schema, { description, ...more })
  return schema
}

const second = 1_000
const minute = 60 * second
const day = 24 * 60 * minute
const MiB = 1024 ** 2

const isOrigin = (entry: string) => entry === '*' || (URL.canParse(entry) && new URL(entry).origin === entry)
const proxyNames = ['loopback', 'linklocal', 'uniquelocal']
const isProxy = (entry: string) => proxyNames.includes(entry) || isIP(entry.split('/')[0] ?? '') !== 0
const isDatabase = (value: string) =>
  !/^[a-z+]+:\/\//i.test(value) || /^(postgres(ql)?|sqlite|file):/.test(value)
const isNetwork = (entry: string) => {
  const [address = '', bits] = entry.split('/')
  const widest = isIP(address) === 4 ? 32 : 128
  return isIP(address) !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= widest))
}
const isEmail = (value: string) => /^[^\s@]+@[^\s@]+$/.test(value)

const limits = z.object({
  messageLength: setting(integer(1, 100_000).default(5_000), 'Code points in the body of a message'),
  metadataBytes: setting(size(0, MiB).default(16 * 1024), 'Metadata of a message or a conversation, as JSON'),
  attachmentsPerMessage: setting(integer(0, 100).default(10), 'Attachments of one message'),
  attachmentBytes: setting(size(0, 1024 * MiB).default(10 * MiB), 'One attachment'),
  bodyBytes: setting(size(1024, 100 * MiB).default(MiB), 'A JSON body of a REST call'),
  pageSize: setting(integer(1, 1_000).default(50), 'Entries of a page when the call names no limit'),
  maximumPageSize: setting(integer(1, 1_000).default(200), 'The largest limit that a call may name'),
  changes: setting(
    integer(1, 100_000).default(2_000),
    'Missed changes given to a client before it must load afresh',
  ),
  visitorMessages: setting(
    integer(1, 1_000_000).default(20),
    'Messages of one visitor connection in the window',
  ),
  visitorMessagesWindow: setting(
    duration(second, day).default(10 * second),
    'The window of visitor_messages',
  ),
  deviceRequests: setting(integer(1, 1_000_000).default(300), 'REST requests of one device in the window'),
  deviceRequestsWindow: setting(duration(second, day).default(15 * minute), 'The window of device_requests'),
  failedLogins: setting(integer(1, 1_000).default(10), 'Failed logins in the window that lock an account'),
  failedLoginsWindow: setting(
    duration(second, day).default(15 * minute),
    'The window of failed_logins, and the lock',
  ),
})

const sockets = z.object({
  pingInterval: setting(duration(100, 10 * minute).default(25 * second), 'Between two pings to a client'),
  pingTimeout: setting(
    duration(100, 10 * minute).default(20 * second),
    'Without a pong: the connection is closed',
  ),
  connectTimeout: setting(
    duration(100, minute).default(5 * second),
    'To join a namespace after the connection',
  ),
  maximumPayload: setting(size(1024, 100 * MiB).default(MiB), 'One inbound packet'),
  maximumWaiting: setting(
    size(64 * 1024, 1024 * MiB).default(2 * MiB),
    'Bytes that a client has not read yet',
  ),
  typingTimeout: setting(
    duration(100, 10 * minute).default(6 * second),
    'Typing stops by itself after this time',
  ),
  tuned: setting(
    boolean().default(true),
    'Whether frames leave by the faster way; off: as the library writes them',
  ),
  receiptsWindow: setting(duration(0, 10 * second).default(20), 'Receipts of this time go out as one event'),
})

const tokens = z.object({
  accessLifetime: setting(duration(second, day).default(15 * minute), 'Of an access token'),
  refreshLifetime: setting(duration(minute, 400 * day).default(30 * day), 'Of a refresh token'),
})

const openai = z.object({
  baseUrl: setting(
    url(['http', 'https']).optional(),
    'An endpoint that speaks OpenAI chat completions; OpenAI itself when left out',
  ),
  model: setting(text().default('gpt-4o-mini'), 'The model of bots whose app names none'),
})

const bot = z.object({
  concurrency: setting(integer(1, 1_000).default(8), 'Replies that the bot of this server writes at once'),
  attempts: setting(integer(1, 10).default(3), 'Requests to the model before the bot gives up'),
  firstTokenTimeout: setting(
    duration(100, 10 * minute).default(15 * second),
    'Without a first or a next piece of the reply: the request has failed',
  ),
  patience: setting(
    duration(100, 10 * minute).default(18 * second),
    'A visitor who has seen no part of a reply by then goes to the queue',
  ),
  lease: setting(
    duration(second, 10 * minute).default(10 * second),
    'Without a sign of life for so long, another server takes the reply over',
  ),
  toolTimeout: setting(duration(100, minute).default(8 * second), 'One call of a tool over HTTP'),
})

const outbound = z.object({
  privateNetworks: setting(
    list('a list of addresses or subnets such as 10.1.0.0/16, parted by commas', isNetwork).default([]),
    'Private networks that tools of bots may live in; all others are refused',
  ),
})

/** Every setting of the server that is no secret. Times are milliseconds, sizes bytes. */
export const settingsSchema = z.object({
  data: setting(text().default('./replyhq-data'), 'The data folder', { prefixedOnly: true }),
  host: setting(text().default('127.0.0.1'), 'The address to listen on', { prefixedOnly: true }),
  port: setting(integer(0, 65_535).default(3_000), 'The port to listen on; 0 takes a free one'),
  databaseUrl: setting(
    text().refine(isDatabase, 'must be a file for SQLite or begin with postgres://').optional(),
    'A file for SQLite (replyhq.db in the data folder) or postgres://…',
    {
      sensitive: true,
    },
  ),
  redisUrl: setting(
    url(['redis', 'rediss']).optional(),
    'Redis for several nodes; not used by this version',
    { sensitive: true },
  ),
  allowedOrigins: setting(
    list('a list of origins such as https://shop.example, parted by commas, or *', isOrigin).default([]),
    'Origins of the pages that may connect from a browser',
  ),
  publicUrl: setting(url(['http', 'https']).optional(), 'The address by which the world reaches this server'),
  trustProxy: setting(
    list(
      `a list of proxy addresses or subnets, parted by commas, or ${proxyNames.join(', ')}`,
      isProxy,
    ).default([]),
    'Proxies whose X-Forwarded-For is believed',
  ),
  logLevel: setting(oneOf(logLevels).default('info'), `One of ${logLevels.join(', ')}`),
  legacyWs: setting(
    boolean().default(false),
    'The raw WebSocket of older clients; not served by this version',
  ),
  allowAnonymous: setting(
    boolean().default(false),
    'Whether protocols that know it so ask nobody who they are; only while listening on loopback',
  ),
  adminEmail: setting(
    text().refine(isEmail, 'must be an e-mail address').optional(),
    'E-mail of the owner made at the first start',
  ),
  tokens,
  limits,
  sockets,
  openai,
  bot,
  outbound,
})

/** The secrets that an operator may set; those left out are made once, see `provideSecrets`. */
export const secretsSchema = z.object({
  adminPassword: setting(secret(8).optional(), 'Password of the owner made at the first start', {
    sensitive: true,
  }),
  jwtAccessSecret: setting(secret(32).optional(), 'Signs access tokens', { sensitive: true }),
  jwtRefreshSecret: setting(secret(32).optional(), 'Signs refresh tokens', { sensitive: true }),
  linkSecret: setting(secret(32).optional(), 'Signs the links of attachments', { sensitive: true }),
  openaiApiKey: setting(secret(1).optional(), 'Lets bots use the model; without it there are none', {
    sensitive: true,
  }),
})

export type Settings = z.output<typeof settingsSchema>
export type GivenSecrets = z.output<typeof secretsSchema>

/** A setting as an operator sees it. */
export interface SettingInfo extends SettingMeta {
  /** Path in the settings, such as `limits.messageLength`. */
  readonly path: string
  /** Key in a YAML file, such as `limits.message_length`. */
  readonly key: string
  /** Name in the environment without its prefix, such as `LIMITS_MESSAGE_LENGTH`. */
  readonly name: string
  readonly secret: boolean
  readonly defaultValue: unknown
  /** A value of it as a person would write it. */
  readonly format: (value: unknown) => string
}

function describe(shape: core.$ZodShape, secret: boolean, parents: readonly string[] = []): SettingInfo[] {
  return Object.entries(shape).flatMap(([name, schema]) => {
    const steps = [...parents, name]
    if (schema instanceof z.ZodObject) return describe(schema.shape, secret, steps)
    const meta = registry.get(schema as z.ZodType)
    if (meta === undefined) throw new TypeError(`The setting ${steps.join('.')} has no description.`)
    const key = steps.map(toSnakeCase).join('.')
    const defaultValue = schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined
    return [
      {
        ...meta,
        path: steps.join('.'),
        key,
        name: toVariableName(key),
        secret,
        defaultValue,
        format: formatOf(schema),
      },
    ]
  })
}

function formatOf(schema: core.$ZodType): SettingInfo['format'] {
  const inner =
    schema instanceof z.ZodDefault || schema instanceof z.ZodOptional ? schema.def.innerType : schema
  const measured = formats.get(inner as z.ZodType)
  return (value) =>
    measured !== undefined && typeof value === 'number' ? measured.format(value) : plainText(value)
}

function plainText(value: unknown): string {
  if (value === null || value === undefined) return '-'
  return Array.isArray(value) ? value.join(', ') || '-' : String(value)
}

const toSnakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const toVariableName = (key: string) => key.replaceAll('.', '_').toUpperCase()

/** Every setting and secret, in the order in which they are shown. */
export const settingInfos: readonly SettingInfo[] = [
  ...describe(settingsSchema.shape, false),
  ...describe(secretsSchema.shape, true),
]
