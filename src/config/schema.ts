import { isIP } from 'node:net'
import { z } from 'zod'
import {
  boolean,
  duration,
  integer,
  list,
  oneOf,
  type SettingMeta,
  secret,
  size,
  text,
  url,
} from './values.js'

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const

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
  receiptsWindow: setting(duration(0, 10 * second).default(20), 'Receipts of this time go out as one event'),
})

const tokens = z.object({
  accessLifetime: setting(duration(second, day).default(15 * minute), 'Of an access token'),
  refreshLifetime: setting(duration(minute, 400 * day).default(30 * day), 'Of a refresh token'),
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
  redisUrl: setting(url(['redis', 'rediss']).optional(), 'Redis for several nodes', { sensitive: true }),
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
  legacyWs: setting(boolean().default(false), 'Whether the raw WebSocket of older clients is served'),
  adminEmail: setting(
    text().refine(isEmail, 'must be an e-mail address').optional(),
    'E-mail of the owner made at the first start',
  ),
  tokens,
  limits,
  sockets,
})

/** The secrets that an operator may set; those left out are made once, see `provideSecrets`. */
export const secretsSchema = z.object({
  adminPassword: setting(secret(8).optional(), 'Password of the owner made at the first start', {
    sensitive: true,
  }),
  jwtAccessSecret: setting(secret(32).optional(), 'Signs access tokens', { sensitive: true }),
  jwtRefreshSecret: setting(secret(32).optional(), 'Signs refresh tokens', { sensitive: true }),
  linkSecret: setting(secret(32).optional(), 'Signs the links of attachments', { sensitive: true }),
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
}

function describe(shape: z.core.$ZodShape, secret: boolean, parents: readonly string[] = []): SettingInfo[] {
  return Object.entries(shape).flatMap(([name, schema]) => {
    const steps = [...parents, name]
    if (schema instanceof z.ZodObject) return describe(schema.shape, secret, steps)
    const meta = registry.get(schema as z.ZodType)
    if (meta === undefined) throw new TypeError(`The setting ${steps.join('.')} has no description.`)
    const key = steps.map(toSnakeCase).join('.')
    const defaultValue = schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined
    return [{ ...meta, path: steps.join('.'), key, name: toVariableName(key), secret, defaultValue }]
  })
}

const toSnakeCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
const toVariableName = (key: string) => key.replaceAll('.', '_').toUpperCase()

/** Every setting and secret, in the order in which they are shown. */
export const settingInfos: readonly SettingInfo[] = [
  ...describe(settingsSchema.shape, false),
  ...describe(secretsSchema.shape, true),
]
