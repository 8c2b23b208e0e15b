import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ConfigError, loadConfig } from '../../src/config.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'replyhq-config-'))
})
afterEach(() => rmSync(root, { recursive: true }))

function load(env: Record<string, string> = {}, flags: Record<string, unknown> = {}) {
  return loadConfig({ env, flags, cwd: root, home: join(root, 'home'), system: join(root, 'etc') })
}

function write(path: string, content: string): string {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

function faultsOf(action: () => unknown): readonly string[] {
  try {
    action()
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
  throw new Error('There was no fault.')
}

test('without any setting the defaults hold and the database lies in the data folder', () => {
  const { config, origin } = load()
  expect(config).toMatchObject({
    host: '127.0.0.1',
    port: 3000,
    data: join(root, 'replyhq-data'),
    databaseUrl: join(root, 'replyhq-data', 'replyhq.db'),
    allowedOrigins: [],
  })
  expect(config.limits).toMatchObject({
    messageLength: 5000,
    metadataBytes: 16384,
    changes: 2000,
    pageSize: 50,
  })
  expect(origin.port).toEqual({ source: 'default', name: 'default' })
})

test('each place outranks the next, and the origin names the winner', () => {
  write('etc/replyhq/replyhq.yaml', 'port: 1001')
  const ports = () => {
    const { config, origin } = load()
    return [config.port, origin.port?.name]
  }
  expect(ports()).toEqual([1001, join(root, 'etc/replyhq/replyhq.yaml')])
  const home = write('home/.config/replyhq/replyhq.yaml', 'port: 1002')
  expect(ports()).toEqual([1002, home])
  const data = write('replyhq-data/replyhq.yaml', 'port: 1003')
  expect(ports()).toEqual([1003, data])
  const here = write('replyhq.yaml', 'port: 1004')
  expect(ports()).toEqual([1004, here])
  const named = write('named.yaml', 'port: 1005')
  expect(load({ REPLYHQ_CONFIG: 'named.yaml' }).origin.port?.name).toBe(named)
  expect(load({ PORT: '1006' }, { config: named }).config.port).toBe(1006)
  expect(load({ PORT: '1006', REPLYHQ_PORT: '1007' }).origin.port?.name).toBe('REPLYHQ_PORT')
  expect(load({ REPLYHQ_PORT: '1007' }, { port: '1008' }).origin.port?.name).toBe('--port')
})

test('the data folder of a file counts from that file, that of a flag from the working folder', () => {
  write('home/.config/replyhq/replyhq.yaml', 'data: ../../state')
  expect(load().config.data).toBe(join(root, 'home/state'))
  expect(load({}, { data: 'elsewhere' }).config.data).toBe(join(root, 'elsewhere'))
})

test('groups, times and sizes are read from the environment and from YAML alike', () => {
  write(
    'replyhq.yaml',
    'limits:\n  metadata_bytes: 8KiB\nsockets: {ping_interval: 10s}\nallowed_origins: [https://a.example]',
  )
  const { config } = load({ REPLYHQ_LIMITS_MESSAGE_LENGTH: '10', ACCESS: 'x', TOKENS_ACCESS_LIFETIME: '5m' })
  expect(config.limits).toMatchObject({ metadataBytes: 8192, messageLength: 10 })
  expect(config.sockets.pingInterval).toBe(10_000)
  expect(config.tokens.accessLifetime).toBe(300_000)
  expect(config.allowedOrigins).toEqual(['https://a.example'])
})

test('all faults are told at once, each in a sentence with the name that is wrong', () => {
  write('replyhq.yaml', 'prot: 80\njwt_access_secret: abc\nport: [1]')
  const env = {
    REPLYHQ_PROT: '1',
    LOG_LEVEL: 'loud',
    JWT_REFRESH_SECRET: 'short',
    REPLYHQ_SOCKETS_PING_INTERVAL: '9y',
  }
  const faults = faultsOf(() => load(env))
  expect(faults).toEqual([
    'REPLYHQ_PROT in the environment is no setting. Did you mean REPLYHQ_PORT?',
    `${join(root, 'replyhq.yaml')} has the unknown key prot. Did you mean port?`,
    expect.stringMatching(/^jwt_access_secret is a secret and must not stand in .*jwt_access_secret_file\.$/),
    expect.stringMatching(/^port in .* must be a whole number from 0 to 65535, not a list or a group\.$/),
    'LOG_LEVEL must be one of silent, error, warn, info, debug, trace, not "loud".',
    expect.stringMatching(/^REPLYHQ_SOCKETS_PING_INTERVAL must be a time from 100ms to 10m/),
    expect.stringMatching(/^JWT_REFRESH_SECRET must have at least 32 characters/),
  ])
  expect(faults.join()).not.toContain('"short"')
})

test('a host that others reach asks for the allowed origins', () => {
  expect(faultsOf(() => load({}, { host: '0.0.0.0' }))[0]).toContain('set ALLOWED_ORIGINS')
  expect(load({ ALLOWED_ORIGINS: 'https://a.example' }, { host: '0.0.0.0' }).config.host).toBe('0.0.0.0')
  expect(load({ HOST: '0.0.0.0' }).config.host).toBe('127.0.0.1')
})

test('a secret comes from a file too, without its line end', () => {
  const long = 'a'.repeat(40)
  const path = write('secret', `${long}\n`)
  expect(load({ JWT_ACCESS_SECRET_FILE: path }).secrets.jwtAccessSecret).toBe(long)
  write('replyhq.yaml', 'jwt_refresh_secret_file: ./secret')
  expect(load().secrets.jwtRefreshSecret).toBe(long)
  expect(faultsOf(() => load({ JWT_ACCESS_SECRET_FILE: '/nowhere' }))[0]).toContain(
    'JWT_ACCESS_SECRET_FILE names a file',
  )
})

test('a missing file that was asked for is a fault, and so are broken YAML and a foreign database', () => {
  expect(faultsOf(() => load({}, { config: 'none.yaml' }))[0]).toContain('cannot be read')
  expect(faultsOf(() => load({ DATABASE_URL: 'mysql://x' }))[0]).toContain('postgres://')
  const unescaped = faultsOf(() => load({ DATABASE_URL: 'postgres://replyhq:pa/ss@db.internal/replyhq' }))
  expect(unescaped).toEqual([expect.stringContaining('DATABASE_URL is no address')])
  expect(unescaped[0]).not.toContain('pa/ss')
  expect(load({ DATABASE_URL: 'postgres://replyhq@/replyhq?host=/run/postgresql' })).toBeDefined()
  write('replyhq.yaml', 'port: [')
  expect(faultsOf(() => load())[0]).toContain('is not valid YAML')
})

test('empty variables count as not set', () => {
  expect(load({ PORT: '', REPLYHQ_PORT: '' }).config.port).toBe(3000)
})
