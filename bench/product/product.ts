import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Target } from '../load/targets.js'
import { cpuSeconds, familyCpuSeconds } from '../machine/cpu.js'
import { type RunningServer, startServer } from '../machine/server.js'
import { apply, binary, LIFTED } from './installation.js'
import { app, instanceFile } from './instance.js'
import { startDurablePostgres } from './postgres.js'

/** The product as people run it, `replyhq serve` after a build, with one app whose keys are known. */
export interface Product extends RunningServer {
  readonly target: Extract<Target, { kind: 'product' }>
  /** From its start until it answered that it is healthy. */
  readonly secondsToReady: number
  /** Of the server, and of Postgres where that is its database. */
  cpuSeconds(): number
}

export interface ProductOptions {
  readonly database?: 'sqlite' | 'postgres'
  /** Such as `--inspect=…`. */
  readonly nodeArguments?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Fills the installation, whose data folder it gets, before the server starts. */
  readonly fill?: (data: string) => Promise<void>
}

/** Makes an installation in a temporary folder and starts it; `stop` removes both. */
export async function startProduct(options: ProductOptions = {}): Promise<Product> {
  const data = mkdtempSync(join(tmpdir(), 'replyhq-bench-'))
  const postgres = options.database === 'postgres' ? await startDurablePostgres() : undefined
  const environment = {
    ...LIFTED,
    ...options.environment,
    REPLYHQ_DATA: data,
    ...(postgres === undefined ? {} : { REPLYHQ_DATABASE_URL: postgres.url }),
  }
  const cleanUp = async () => {
    await postgres?.stop()
    rmSync(data, { recursive: true, force: true })
  }
  try {
    apply(data, environment, instanceFile)
    await options.fill?.(data)
    const started = performance.now()
    const server = await startServer([...(options.nodeArguments ?? []), binary, 'serve'], environment)
    const secondsToReady = (performance.now() - started) / 1_000
    return {
      ...server,
      secondsToReady,
      target: { kind: 'product', port: server.port, app },
      cpuSeconds: () =>
        cpuSeconds(server.pid) + (postgres === undefined ? 0 : familyCpuSeconds(postgres.pid)),
      stop: async () => {
        await server.stop()
        await cleanUp()
      },
    }
  } catch (error) {
    await cleanUp()
    throw error
  }
}
