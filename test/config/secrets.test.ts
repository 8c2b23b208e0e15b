import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { provideSecrets, readLocalConnection, writeLocalConnection } from '../../src/config.js'

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
