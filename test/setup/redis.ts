import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort, startServerProcess, waitUntilReady } from './child-process.js'
import { findExecutable } from './executables.js'

/** A running Redis or Valkey. */
export interface RedisServer {
  /** Connection string without a database number. */
  readonly url: string
  /** Where it came from, for people. */
  readonly origin: string
  /** How many numbered databases it has. */
  readonly databases: number
  /** Its process id, where it is a child of this process. */
  readonly pid: number | undefined
  stop(): Promise<void>
}

const NOT_FOUND =
  'No Redis for the tests: install one (Debian: apt-get install redis-server), set REPLYHQ_TEST_REDIS_URL, or skip ' +
  'these tests out loud with REPLYHQ_TEST_SKIP=redis.'

// redis-server of Debian is a link into redis-tools, and these are the libraries that a bare system lacks.
const DEBIAN_PACKAGES = [
  'redis-server',
  'redis-tools',
  'liblzf1',
  'libjemalloc2',
  'liblua5.1-0',
  'lua-bitop',
  'lua-cjson',
  'libatomic1',
]
const DATABASES = 4096
const programs = ['redis-server', 'valkey-server']

/**
 * The server that REPLYHQ_TEST_REDIS_URL names, else a redis-server or valkey-server of this machine, else Debian's,
 * downloaded and unpacked into the user's cache, which needs no root.
 */
export async function provideRedis(): Promise<RedisServer> {
  const given = process.env.REPLYHQ_TEST_REDIS_URL
  if (given !== undefined && given !== '') {
    return {
      url: given,
      origin: 'REPLYHQ_TEST_REDIS_URL',
      databases: 1,
      pid: undefined,
      stop: async () => {},
    }
  }
  return startRedis(await freePort())
}

/** Whether this machine has a Redis, or the means to get Debian's. */
export const canStartRedis = (): boolean =>
  findExecutable([...programs, 'apt-get']) !== undefined || existsSync(cachedProgram())

/** Starts a Redis of its own on `port`, for tests that stop it and start it again; `more` are further options. */
export async function startRedis(port: number, more: readonly string[] = []): Promise<RedisServer> {
  const program = findExecutable(programs) ?? unpackedProgram()
  const folder = mkdtempSync(join(tmpdir(), 'replyhq-redis-'))
  const network = ['--port', String(port), '--bind', '127.0.0.1']
  const memoryOnly = ['--save', '', '--appendonly', 'no', '--dir', folder, '--databases', String(DATABASES)]
  const server = startServerProcess(program, [...network, ...memoryOnly, ...more], {
    env: { ...process.env, LD_LIBRARY_PATH: libraryFolders(program) },
  })
  const url = `redis://127.0.0.1:${port}`
  const stop = async () => {
    await server.stop()
    rmSync(folder, { recursive: true, force: true })
  }
  try {
    await waitUntilReady(server, () => pingOnce(url))
  } catch (error) {
    await stop()
    throw error
  }
  return { url, origin: program, databases: DATABASES, pid: server.child.pid, stop }
}

async function pingOnce(url: string): Promise<void> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 })
  let asked = false
  client.on('error', (error) => {
    // It answers, and asks who we are.
    asked ||= error.message.startsWith('NOAUTH')
  })
  try {
    await client.connect()
    await client.ping()
  } catch (error) {
    if (!asked) throw error
  } finally {
    client.disconnect()
  }
}

const cacheFolder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'replyhq-test', 'redis')

function libraryFolders(program: string): string {
  if (!program.startsWith(cacheFolder)) return process.env.LD_LIBRARY_PATH ?? ''
  const root = join(cacheFolder, 'usr', 'lib')
  return readdirSync(root)
    .map((name) => join(root, name))
    .join(':')
}

const cachedProgram = () => join(cacheFolder, 'usr', 'bin', 'redis-server')

function unpackedProgram(): string {
  const program = cachedProgram()
  if (!existsSync(program)) downloadPackages()
  return program
}

function downloadPackages(): void {
  if (findExecutable(['apt-get']) === undefined) throw new Error(NOT_FOUND)
  const folder = mkdtempSync(join(tmpdir(), 'replyhq-redis-packages-'))
  const unpacked = join(folder, 'unpacked')
  try {
    downloadInto(folder)
    for (const name of readdirSync(folder).filter((entry) => entry.endsWith('.deb'))) {
      execFileSync('dpkg', ['-x', join(folder, name), unpacked], { stdio: 'pipe' })
    }
    moveIntoCache(unpacked)
  } catch (error) {
    throw new Error(NOT_FOUND, { cause: error })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function downloadInto(folder: string): void {
  const download = () =>
    execFileSync('apt-get', ['-q', 'download', ...DEBIAN_PACKAGES], { cwd: folder, stdio: 'pipe' })
  try {
    download()
  } catch (error) {
    if (process.getuid?.() !== 0) throw error
    // A fresh image has no package lists, and only root may fetch them.
    execFileSync('apt-get', ['-q', 'update'], { stdio: 'pipe' })
    download()
  }
}

// Copied beside the cache first and renamed last, so that two runs at once never see half a folder.
function moveIntoCache(unpacked: string): void {
  const staged = `${cacheFolder}-${process.pid}`
  mkdirSync(join(cacheFolder, '..'), { recursive: true })
  execFileSync('cp', ['-a', unpacked, staged], { stdio: 'pipe' })
  try {
    renameSync(staged, cacheFolder)
  } catch {
    rmSync(staged, { recursive: true, force: true })
  }
}
