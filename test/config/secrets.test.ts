import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createPrivateFile } from '../../src/config/secrets-file.js'
import { loadConfig, provideSecrets, readLocalConnection, writeLocalConnection } from '../../src/config.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'replyhq-secrets-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const modeOf = (path: string) => (statSync(path).mode & 0o777).toString(8)

test('secrets are made once, and only their owner may read them', () => {
  const data = join(root, 'data')
  const made = provideSecrets(data, {})
  const path = join(data, 'secrets.json')
  expect(modeOf(path)).toBe('600')
  expect(modeOf(data)).toBe('700')
  expect(new Set([made.jwtAccessSecret, made.jwtRefreshSecret, made.linkSecret]).size).toBe(3)
  chmodSync(path, 0o644)
  expect(provideSecrets(data, {})).toEqual(made)
  expect(modeOf(path)).toBe('600')
})

test('of two that make the file of secrets at once the first has made it', () => {
  const path = join(root, 'data', 'secrets.json')
  expect(createPrivateFile(path, 'first')).toBe(true)
  expect(createPrivateFile(path, 'second')).toBe(false)
  expect(readFileSync(path, 'utf8')).toBe('first')
  expect(modeOf(path)).toBe('600')
  expect(readdirSync(join(root, 'data'))).toEqual(['secrets.json'])
})

test('given secrets win, and with all of them nothing is written', () => {
  const given = {
    jwtAccessSecret: 'a'.repeat(32),
    jwtRefreshSecret: 'b'.repeat(32),
    linkSecret: 'c'.repeat(32),
  }
  expect(provideSecrets(join(root, 'data'), given)).toEqual(given)
  expect(() => statSync(join(root, 'data'))).toThrow()
  expect(provideSecrets(root, { linkSecret: given.linkSecret }).linkSecret).toBe(given.linkSecret)
  expect(readFileSync(join(root, 'secrets.json'), 'utf8')).not.toContain(given.linkSecret)
})

test('a broken file of secrets stops the start instead of being replaced', () => {
  writeFileSync(join(root, 'secrets.json'), '{"jwt_access_secret": "short"}')
  expect(() => provideSecrets(root, {})).toThrow(/cannot be used\. Restore it/)
})

const load = (env: Record<string, string>) => loadConfig({ env, cwd: root, home: root, system: root }).secrets

test('the host’s tokens may be signed with several secrets, from the environment or a file', () => {
  const [one, two] = ['1'.repeat(32), '2'.repeat(32)]
  expect(load({ AUTH_JWT_SECRET: one }).authJwtSecret).toEqual([one])
  expect(load({ AUTH_JWT_SECRET: ` ${one}, ${two},` }).authJwtSecret).toEqual([one, two])
  writeFileSync(join(root, 'jwt'), `${one},${two}\n`)
  expect(load({ REPLYHQ_AUTH_JWT_SECRET_FILE: join(root, 'jwt') }).authJwtSecret).toEqual([one, two])
  expect(provideSecrets(root, load({ AUTH_JWT_SECRET: one }))).toMatchObject({ authJwtSecret: [one] })
  expect(provideSecrets(root, {})).not.toHaveProperty('authJwtSecret')
})

test.each<[string, Record<string, string>, RegExp]>([
  [
    'one that is too short',
    { AUTH_JWT_SECRET: 'x'.repeat(31) },
    /^AUTH_JWT_SECRET must hold secrets of at least 32/,
  ],
  ['one of several that is too short', { AUTH_JWT_SECRET: `${'x'.repeat(32)},yyyy` }, /at least 32 bytes/],
  ['nothing but commas', { AUTH_JWT_SECRET: ', ,' }, /at least 32 bytes/],
  [
    'a short secret of the internal API',
    { INTERNAL_API_SECRET: 'yyyy' },
    /^INTERNAL_API_SECRET must have at least 32/,
  ],
])('the start is refused for %s, which is not shown', (_title, env, sentence) => {
  expect(() => load(env)).toThrow(sentence)
  expect(() => load(env)).not.toThrow(/yyyy|xxxx/)
})

test('the connection of the last start is found again', () => {
  expect(readLocalConnection(root)).toBeUndefined()
  const connection = {
    url: 'http://127.0.0.1:3000',
    appId: 'app_1',
    publishableKey: 'pk_1',
    ownerEmail: null,
  }
  writeLocalConnection(root, connection)
  expect(readLocalConnection(root)).toEqual(connection)
  expect(modeOf(join(root, 'connection.json'))).toBe('600')
})
