import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/databases.js'
import { installation } from './installation.js'
import { run } from './run.js'

test('an installation made from text can be made again without a change', async () => {
  const { applied, here, file, data } = await installation()
  expect(applied.json()).toMatchObject({
    dry_run: false,
    steps: expect.arrayContaining([{ action: 'create', kind: 'app', target: 'app_shop' }]),
  })
  expect((await here('admin', 'apply', '-f', file, '--yes', '--json')).json()).toEqual({
    dry_run: false,
    steps: [],
  })
  expect((statSync(data).mode & 0o777).toString(8)).toBe('700')
})

test('a dry run shows the plan and makes nothing, not even a folder', async () => {
  const { file } = await installation()
  const data = join(temporaryFolder(), 'fresh')
  const { code, json } = await run(['admin', 'apply', '-f', file, '--dry-run', '--json', '--data', data])
  expect(code).toBe(0)
  expect(json()).toMatchObject({
    dry_run: true,
    steps: expect.arrayContaining([{ action: 'create', kind: 'agent', target: 'ana@shop.example' }]),
  })
  expect(existsSync(data)).toBe(false)
})

test('every fault of a file is told at once, with a suggestion, and nothing is made', async () => {
  const text = 'apps: [{name: A, publishable_key: pk_short, setings: {}}]\nagents: [{email: nobody, name: N}]'
  const { applied, data } = await installation(text)
  expect(applied.code).toBe(2)
  const { error } = applied.json() as { error: { message: string } }
  expect(error.message).toContain('apps[0].setings is unknown. Did you mean settings?')
  expect(error.message).toContain('pk_')
  expect(error.message).toContain('agents[0].email')
  expect(existsSync(data)).toBe(false)
})

test('a key is shown when it is made and never again', async () => {
  const { here } = await installation()
  const made = await here('keys', 'create', '--kind', 'secret', '--name', 'billing', '--scopes', 'read')
  const value = made.stdout.trim()
  expect(value).toMatch(/^sk_/)
  const listed = await here('keys', '--json')
  expect(listed.stdout).not.toContain(value)
  expect(listed.json()).toMatchObject({
    keys: expect.arrayContaining([expect.objectContaining({ name: 'billing', scopes: ['read'] })]),
  })
})

test('a rotated key works on for its grace, a revoked one ends', async () => {
  const { here } = await installation()
  const ids = (await here('keys', '-q')).stdout.trim().split('\n')
  const [id = ''] = ids
  const rotated = (await here('keys', 'rotate', id, '--grace', '1h', '--json')).json() as {
    key: { id: string }
    replaced: object
  }
  expect(rotated.replaced).toMatchObject({ id })
  expect((await here('keys', 'revoke', rotated.key.id, '--yes', '--json')).json()).toMatchObject({
    key: { id: rotated.key.id, revoked_at: expect.any(String) },
  })
  expect((await here('keys')).stdout).toMatch(/until 2\d{3}-/)
})

test('agents are added, changed and taken out', async () => {
  const { here } = await installation()
  const added = (
    await here('admin', 'agents', 'add', '--email', 'Ben@shop.example', '--name', 'Ben', '--json')
  ).json()
  expect(added).toMatchObject({
    agent: { email: 'ben@shop.example', role: 'agent' },
    password: expect.stringMatching(/.{12}/),
  })
  expect((await here('admin', 'agents', 'role', 'ben@shop.example', 'admin', '--json')).json()).toMatchObject(
    { agent: { role: 'admin' } },
  )
  expect((await here('admin', 'agents', 'capacity', 'ben@shop.example', '9', '--json')).json()).toMatchObject(
    { agent: { capacity: 9 } },
  )
  expect((await here('admin', 'agents', 'remove', 'ben@shop.example', '--yes')).code).toBe(0)
  expect((await here('admin', 'agents', '-q')).stdout.trim().split('\n')).toHaveLength(1)
})

test('a setting that is a table is given and shown as JSON', async () => {
  const { here } = await installation()
  const { code } = await here('admin', 'settings', 'set', 'customer_priorities={"gold": "high"}')
  expect(code).toBe(0)
  expect((await here('admin', 'settings')).stdout).toMatch(/customer_priorities +\{"gold":"high"\}/)
})

test('settings, canned replies, audit and statistics answer in JSON of the wire', async () => {
  const { here } = await installation()
  expect((await here('admin', 'settings', 'set', 'routing=least_busy', '--json')).json()).toMatchObject({
    settings: { routing: 'least_busy' },
  })
  expect((await here('admin', 'canned', '--json')).json()).toMatchObject({
    canned_replies: [{ name: 'returns', text: 'Thirty days.', shared: true }],
  })
  expect((await here('admin', 'audit', '--action', 'app.update', '--json')).json()).toMatchObject({
    events: [{ action: 'app.update', actor: { type: 'operator' } }],
  })
  expect((await here('admin', 'stats', '--json')).json()).toMatchObject({
    stats: { conversations: { open: 0 } },
  })
  expect((await here('admin', 'queue', '--json')).json()).toEqual({ queue: [] })
})

test('an app goes only when its name is typed', async () => {
  const { here } = await installation()
  expect((await here('admin', 'apps', 'remove', 'app_shop')).code).toBe(2)
  expect((await here('admin', 'apps', 'remove', 'app_shop', '--confirm', 'Stop')).code).toBe(2)
  expect((await here('admin', 'apps', 'remove', 'app_shop', '--confirm', 'Shop')).code).toBe(0)
  expect((await here('admin', 'apps', '-q')).stdout).toBe('')
})

test('several apps ask for one to be named', async () => {
  const { here } = await installation()
  await here('admin', 'apps', 'add', '--name', 'Second', '--json')
  const { code, stderr } = await here('keys')
  expect(code).toBe(2)
  expect(stderr).toContain('--app')
})

test('a password comes from stdin and a lost one is replaced', async () => {
  const { data } = await installation()
  const words = ['admin', 'reset-password', 'ana@shop.example', '--yes', '--json', '--data', data]
  expect((await run([...words, '--password-stdin'], 'a better horse\n')).json()).toMatchObject({
    password: null,
  })
  expect((await run(words)).json()).toMatchObject({
    email: 'ana@shop.example',
    password: expect.stringMatching(/.{12}/),
  })
})

test('the way in is shown again without what is kept as a hash only', async () => {
  const { here, data } = await installation()
  expect((await here('admin', 'setup-link', '--json')).json()).toMatchObject({
    app_id: 'app_shop',
    publishable_key: 'pk_shop_0123456789abcdefghij',
    secret_key: null,
    owner_email: 'ana@shop.example',
    owner_password: null,
  })
  const left = readFileSync(join(data, 'connection.json'), 'utf8')
  expect(left).not.toContain('sk_')
  expect((statSync(join(data, 'connection.json')).mode & 0o777).toString(8)).toBe('600')
})

test('migrations are shown and applied', async () => {
  const data = join(temporaryFolder(), 'data')
  const pending = (await run(['migrate', 'status', '--json', '--data', data])).json() as {
    migrations: { state: string }[]
  }
  expect(new Set(pending.migrations.map(({ state }) => state))).toEqual(new Set(['pending']))
  expect((await run(['migrate', '--data', data])).code).toBe(0)
  expect((await run(['migrate', '--data', data])).stdout).toContain('Nothing to do')
})

test('settings are shown with their origin and their secrets masked', async () => {
  const { here } = await installation()
  const { json, stdout } = await here('config', 'show', '--origin', '--json')
  expect(json()).toMatchObject({
    settings: expect.arrayContaining([expect.objectContaining({ key: 'data', origin: '--data' })]),
  })
  expect(stdout).not.toContain('sk_')
})

test('numbers of the data folder say that who is online is not known there', async () => {
  const { here } = await installation()
  const { stdout, stderr } = await here('admin', 'stats')
  expect(stdout).toContain('1 (- online, - available)')
  expect(stderr).toContain('add --url')
  expect((await here('admin', 'stats', '--json')).stderr).toContain('add --url')
})
