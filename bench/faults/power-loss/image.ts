import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import Database from 'better-sqlite3'
import { loadConfig, provideSecrets } from '../../../src/config.js'
import { createLoggers } from '../../../src/logger.js'
import { openInstance } from '../../../src/server/context.js'
import type { Core } from '../../../src/server/core/index.js'
import type { Operator } from '../../../src/server/core/principal.js'
import { app } from '../../product/instance.js'
import type { StoredMessage } from '../tally.js'

/** The files of a database that survive in a folder. Its shared memory does not outlive a power loss. */
export const databaseFiles = ['replyhq.db', 'replyhq.db-wal'] as const

/** The database of a data folder that nobody uses now. */
export function readDatabase(data: string): Map<string, Buffer> {
  const paths = databaseFiles.map((name) => join(data, name)).filter((path) => existsSync(path))
  return new Map(paths.map((path) => [path, readFileSync(path)]))
}

/** A copy of an installation whose database files are replaced, opened as the server opens it. */
export async function openImage<Result>(
  { original, folder, files }: { original: string; folder: string; files: ReadonlyMap<string, Buffer> },
  read: (core: Core, operator: Operator) => Promise<Result>,
): Promise<Result> {
  mkdirSync(folder)
  try {
    copyFileSync(join(original, 'secrets.json'), join(folder, 'secrets.json'))
    for (const [path, content] of files) writeFileSync(join(folder, basename(path)), content)
    const { config, secrets } = loadConfig({ env: { REPLYHQ_DATA: folder }, cwd: folder, home: folder })
    const loggers = createLoggers({ level: 'silent' })
    await using instance = await openInstance(config, provideSecrets(folder, secrets), loggers)
    const operator = { type: 'operator', app: await instance.core.apps.byId(app.id) } as const
    const result = await read(instance.core, operator)
    assertSound(join(folder, databaseFiles[0]))
    return result
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A conversation as the store has it; empty when it does not know it. */
export async function storedBy(
  core: Core,
  operator: Operator,
  conversationId: string,
): Promise<StoredMessage[]> {
  const stored: StoredMessage[] = []
  try {
    for await (const part of core.conversations.export(operator, conversationId)) {
      if (!Array.isArray(part)) continue
      for (const { id, localId, sequence, body } of part)
        stored.push({ id, local_id: localId, sequence: sequence ?? 0, body })
    }
    return stored
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'not_found') return []
    throw error
  }
}

function assertSound(file: string): void {
  const connection = new Database(file, { readonly: true })
  try {
    const verdict = connection.pragma('quick_check', { simple: true })
    if (verdict !== 'ok') throw new Error(`SQLite finds the file damaged: ${verdict}`)
  } finally {
    connection.close()
  }
}
