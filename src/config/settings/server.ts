import { isIP } from 'node:net'
import { setting } from '../setting.js'
import { boolean, integer, list, oneOf, text, url } from '../values.js'

const logLevels = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const
const isOrigin = (entry: string) => entry === '*' || (URL.canParse(entry) && new URL(entry).origin === entry)
const proxyNames = ['loopback', 'linklocal', 'uniquelocal']
const isProxy = (entry: string) => proxyNames.includes(entry) || isIP(entry.split('/')[0] ?? '') !== 0
/** Whether this names a file or a Postgres, and no database of another kind. */
export const isDatabase = (value: string) =>
  !/^[a-z+]+:\/\//i.test(value) || /^(postgres(ql)?|sqlite|file):/.test(value)
/** Postgres may be reached over a socket, without a host behind the user. */
export const isReadable = (value: string) =>
  !/^postgres(ql)?:/.test(value) || URL.canParse(value.replace('@/', '@localhost/'))
/** What follows the name of a setting or an option that `isReadable` refuses. */
export const unreadable =
  'is no address: write postgres://user:password@host:port/database, and in the password %40 for @, %2F for / and %23 for #'
const isEmail = (value: string) => /^[^\s@]+@[^\s@]+$/.test(value)

/** The settings that stand alone: where the server is, who reaches it, where it keeps its data. */
export const server = {
  data: setting(text().default('./replyhq-data'), 'The data folder', { prefixedOnly: true }),
  host: setting(text().default('127.0.0.1'), 'The address to listen on', { prefixedOnly: true }),
  port: setting(integer(0, 65_535).default(3_000), 'The port to listen on; 0 takes a free one'),
  wsPort: setting(
    integer(0, 65_535).optional(),
    'A further port that carries sockets alone, beside the first one which carries them too; 0 takes a free one',
  ),
  databaseUrl: setting(
    text()
      .refine(isDatabase, 'must be a file for SQLite or begin with postgres://')
      .refine(isReadable, unreadable)
      .optional(),
    'A file for SQLite (replyhq.db in the data folder) or postgres://…',
    {
      sensitive: true,
    },
  ),
  migrate: setting(
    boolean().default(true),
    'Whether the server brings its database to its own version when it starts (--no-migrate); if not, "replyhq migrate" does',
    { prefixedOnly: true },
  ),
  redisUrl: setting(
    url(['redis', 'rediss']).optional(),
    'What several nodes share: redis:// or, with TLS, rediss://',
    { sensitive: true },
  ),
  allowedOrigins: setting(
    list('a list of origins such as https://shop.example, parted by commas, or *', isOrigin).default([]),
    'Origins of the pages that may connect from a browser',
  ),
  authJwksUrl: setting(
    url(['http', 'https']).optional(),
    'Where your application publishes the keys (JWKS) of its tokens for users, signed with RS256, ES256 or EdDSA',
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
  metrics: setting(
    boolean().default(false),
    'Figures for Prometheus at /metrics: for programs on this machine, or who knows METRICS_TOKEN',
  ),
  otelExporterOtlpEndpoint: setting(
    url(['http', 'https']).optional(),
    'An OpenTelemetry collector that takes traces by OTLP over HTTP, such as http://localhost:4318',
  ),
  legacyWs: setting(
    boolean().default(false),
    'The raw WebSocket of older clients at /v1/realtime and /admin/realtime',
  ),
  allowAnonymous: setting(
    boolean().default(false),
    'Whether protocols that know it so ask nobody who they are; only while listening on loopback',
  ),
  adminEmail: setting(
    text().refine(isEmail, 'must be an e-mail address').optional(),
    'E-mail of the owner made at the first start',
  ),
}
