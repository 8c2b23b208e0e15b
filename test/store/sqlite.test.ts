import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, closeSync, existsSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import { afterEach, describe, expect, test } from 'vitest'
import type { Store } from '../../src/server/core/ports.js'
import { openStore, type StoreOptions } from '../../src/server/store/index.js'
import { migrate } from '../../src/server/store/migrate.js'
import { openConnection } from '../../src/server/store/sqlite/connection.js'
import { sqliteUrl } from '../helpers/databases.js'
import { repositoryRoot } from '../helpers/sources.js'
import { appRow } from './rows.js'

const opened: Store[] = []
afterEach(() => Promise.all(opened.splice(0).map((store) => store.close())))

async function open(file: string, options: Partial<StoreOptions> = {}): Promise<Store> {
  await migrate(file)
  const store = await openStore({ databaseUrl: file, dataFolder: 'unused', ...options })
  opened.push(store)
  return store
}

const insertApp = (store: Store) => store.transaction(({ apps }) => apps.insert(appRow()))

describe('A SQLite store', () => {
  test('syncs every commit, which the driver it is built on would not by itself', async () => {
    const file = sqliteUrl()
    await migrate(file)
    const connection = openConnection(file, { busyMs: 0, readOnly: false })
    connection.exec('begin immediate; commit')
    expect(connection.pragma('synchronous', { simple: true })).toBe(2)
    expect(connection.pragma('foreign_keys', { simple: true })).toBe(1)
    connection.close()
  })

  test('refuses a write through its reader', async () => {
    const store = await open(sqliteUrl())
    await expect(store.read.apps.insert(appRow())).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('commits what comes in one turn of the event loop together', async () => {
    const file = sqliteUrl()
    const store = await open(file)
    const observer = new Database(file, { readonly: true })
    const version = () => observer.pragma('data_version', { simple: true })
    const versions = [version()]
    const seen = Array.from({ length: 64 }, async () => {
      await insertApp(store)
      versions.push(version())
    })
    await Promise.all(seen)
    observer.close()
    expect(new Set(versions).size).toBe(2)
  })

  test('keeps a second server off, lets commands in, and lets go when it closes', async () => {
    const file = sqliteUrl()
    const server = await open(file, { exclusive: true })
    const refusal = { code: 'unavailable', message: expect.stringContaining('already uses') }
    await expect(open(file, { exclusive: true })).rejects.toMatchObject(refusal)
    await insertApp(await open(file))
    await server.close()
    opened.splice(opened.indexOf(server), 1)
    await insertApp(await open(file, { exclusive: true }))
  })

  test('is a file that nobody but its owner may read, with its logs, also one of earlier', async () => {
    const file = sqliteUrl()
    const modes = () => ['', '-wal', '-shm', '.lock'].map((end) => statSync(file + end).mode & 0o777)
    const store = await open(file, { exclusive: true })
    await insertApp(store)
    expect(modes()).toEqual([0o600, 0o600, 0o600, 0o600])
    for (const end of ['', '-wal', '-shm', '.lock']) chmodSync(file + end, 0o644)
    await migrate(file)
    expect(modes()).toEqual([0o600, 0o600, 0o600, 0o644])
  })

  test('is free again after its server was killed', async () => {
    const file = sqliteUrl()
    await migrate(file)
    const child = await serverElsewhere(file)
    await expect(open(file, { exclusive: true })).rejects.toMatchObject({ code: 'unavailable' })
    child.kill('SIGKILL')
    await once(child, 'exit')
    await insertApp(await open(file, { exclusive: true }))
  })

  test('waits for another process that writes, and answers reads meanwhile', async () => {
    const file = sqliteUrl()
    const store = await open(file)
    const command = new Database(file)
    command.exec('begin immediate')
    const waiting = insertApp(store)
    expect(await store.read.apps.list()).toEqual([])
    command.exec('commit')
    command.close()
    expect(await waiting).toMatchObject({ name: 'Shop' })
  })

  test('refuses clearly what does not fit on the disk, and answers reads with what was acknowledged', async () => {
    const file = sqliteUrl()
    await migrate(file)
    const program = `import { openStore } from ${JSON.stringify(builtStore())}
      const store = await openStore({ databaseUrl: process.argv[1], dataFolder: 'unused' })
      const name = 'x'.repeat(100_000)
      let acknowledged = 0
      let refusal
      while (refusal === undefined) {
        const id = String(acknowledged)
        const app = { id, name, identitySecret: '', settings: {}, createdAt: 0 }
        await store.transaction(({ apps }) => apps.insert(app)).then(
          () => { acknowledged += 1 },
          (error) => { refusal = error.code },
        )
      }
      const stored = (await store.read.apps.list()).length
      console.log(JSON.stringify({ refusal, lost: acknowledged - stored, some: stored > 0 }))
      process.exit(0)`
    // Two MiB a file: the system refuses to let the log grow further, as it does on a full disk.
    const limited = ['-c', 'ulimit -f 2048; exec "$@"', 'sh', process.execPath, '--input-type=module', '-e']
    const { stdout } = await promisify(execFile)('bash', [...limited, program, file])
    expect(JSON.parse(stdout)).toEqual({ refusal: 'unavailable', lost: 0, some: true })
  })
})

function builtStore(): string {
  const built = join(repositoryRoot, 'dist/src/server/store/index.js')
  if (!existsSync(built)) throw new Error('This test runs the built program. Run "npm run build" first.')
  return built
}

describe('A damaged SQLite file', () => {
  test('is told once, stops all writing, and is named by the refusals', async () => {
    const file = sqliteUrl()
    const told: string[] = []
    const store = await open(file, { broken: (error) => told.push(error.message) })
    const app = await insertApp(store)
    const damaging = new Database(file)
    damaging.pragma('wal_checkpoint(truncate)')
    const pageSize = Number(damaging.pragma('page_size', { simple: true }))
    damaging.close()
    // All but the first page, which holds the schema.
    const rubbish = Buffer.alloc(statSync(file).size - pageSize, 0xff)
    const descriptor = openSync(file, 'r+')
    writeSync(descriptor, rubbish, 0, rubbish.length, pageSize)
    closeSync(descriptor)
    const refusal = { code: 'unavailable', message: expect.stringContaining('check the disk') }
    const change = () => store.transaction(({ apps }) => apps.update(app.key, { name: 'new' }))
    await expect(change()).rejects.toMatchObject(refusal)
    await expect(change()).rejects.toMatchObject(refusal)
    expect(told).toHaveLength(1)
  })

  test('is refused when it is no database at all', async () => {
    const file = sqliteUrl()
    writeFileSync(file, 'shopping list'.repeat(100))
    await expect(openStore({ databaseUrl: file, dataFolder: 'unused' })).rejects.toMatchObject({
      code: 'unavailable',
    })
  })
})

async function serverElsewhere(file: string) {
  const program = `import { openStore } from ${JSON.stringify(builtStore())}
    await openStore({ databaseUrl: process.argv[1], dataFolder: 'unused', exclusive: true })
    console.log('open')
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(child.stdout, 'data')
  return child
}
