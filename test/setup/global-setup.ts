import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { decideSkipped } from './facilities.js'
import { ServerPool } from './server-pool.js'

/**
 * Offers real databases to the test files, which run in processes of their own: they ask over loopback HTTP
 * (helpers/databases.ts), so that a run that needs no database starts none.
 */
export default async function globalSetup(project: TestProject): Promise<() => Promise<void>> {
  project.provide('skipped', decideSkipped(process.env))
  // Removed here and not by the test files: their processes may be ended without a word.
  const temporaryFolder = mkdtempSync(join(tmpdir(), 'replyhq-tests-'))
  project.provide('temporaryFolder', temporaryFolder)
  const started: Record<string, string> = {}
  project.provide('servers', started)
  const pool = new ServerPool((name, origin) => {
    started[name] = origin
    project.provide('servers', started)
  })
  const offers: Record<string, () => Promise<string>> = {
    '/postgres': () => pool.postgresDatabase(),
    '/redis': () => pool.redisDatabase(),
  }
  const server = createServer(async (request, response) => {
    const offer = offers[request.url ?? '']
    try {
      response.end(await offer?.())
    } catch (error) {
      response.statusCode = 503
      response.end(error instanceof Error ? error.message : String(error))
    }
  })
  project.provide('serverPool', await listen(server))
  return async () => {
    server.close()
    server.closeAllConnections()
    await pool.stop()
    rmSync(temporaryFolder, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The system gave no loopback port.')
  return `http://127.0.0.1:${address.port}`
}
