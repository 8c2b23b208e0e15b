import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AppCredentials } from '../load/targets.js'
import { type RunningServer, startServer } from '../machine/server.js'
import { apply, binary, LIFTED } from './installation.js'
import { instanceFileOf } from './instance.js'

/** Some nodes of one installation, on a Postgres and a Redis that are there. */
export interface Installation extends AsyncDisposable {
  readonly nodes: readonly RunningServer[]
}

export interface InstallationOptions {
  readonly nodes: number
  readonly postgresUrl: string
  readonly redisUrl: string
  readonly apps: readonly AppCredentials[]
}

/** Makes an installation with its data in a temporary folder and starts its nodes, one after another. */
export async function startNodes(options: InstallationOptions): Promise<Installation> {
  const data = mkdtempSync(join(tmpdir(), 'replyhq-bench-'))
  const nodes: RunningServer[] = []
  const stop = async () => {
    await Promise.allSettled(nodes.map((node) => node.stop()))
    rmSync(data, { recursive: true, force: true })
  }
  try {
    const environment = environmentOf(data, options)
    apply(data, environment, instanceFileOf(options.apps))
    while (nodes.length < options.nodes) nodes.push(await startServer([binary, 'serve'], environment))
  } catch (error) {
    await stop()
    throw error
  }
  return { nodes, [Symbol.asyncDispose]: stop }
}

function environmentOf(data: string, { postgresUrl, redisUrl }: InstallationOptions): NodeJS.ProcessEnv {
  return {
    ...LIFTED,
    REPLYHQ_DATA: data,
    REPLYHQ_DATABASE_URL: postgresUrl,
    REPLYHQ_REDIS_URL: redisUrl,
    REPLYHQ_METRICS: 'true',
  }
}

/** How many events this node has heard from others since it began. */
export async function eventsHeard({ port }: RunningServer): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  return Number(/^replyhq_bus_lag_seconds_count(?:\{.*\})? (\d+)/m.exec(text)?.[1] ?? 0)
}
