import { describe, inject } from 'vitest'
import { systemClock } from '../../src/server/adapters/clock.js'
import type { OpenCarrier } from '../../src/server/realtime/nodes/carrier.js'
import { Exchange } from '../../src/server/realtime/nodes/exchange.js'
import { overPostgres } from '../../src/server/realtime/nodes/postgres-carrier.js'
import { overRedis } from '../../src/server/realtime/nodes/redis-carrier.js'
import { privatePostgres, privateRedis } from '../helpers/databases.js'

/** What nodes share, on a server that a test may stop and start again. */
export interface SharedServer {
  /** A way between nodes of one installation; `name` sets installations apart. */
  carrier(name?: string): OpenCarrier
  stop(): Promise<void>
  start(): Promise<void>
}

interface Kind {
  readonly name: 'Redis' | 'Postgres'
  provide(): Promise<SharedServer & AsyncDisposable>
}

const redis: Kind = {
  name: 'Redis',
  provide: async () => {
    const server = await privateRedis()
    return {
      carrier: (name = 'one') => overRedis({ url: server.url, key: `test:${name}:nodes` }),
      stop: () => server.stop(),
      start: () => server.start(),
      [Symbol.asyncDispose]: () => server.stop(),
    }
  },
}

const postgres: Kind = {
  name: 'Postgres',
  provide: async () => {
    const server = await privatePostgres()
    return {
      carrier:
        (name = 'one') =>
        async (listener) =>
          overPostgres(await server.database(name))(listener),
      stop: () => server.stop(),
      start: () => server.start(),
      [Symbol.asyncDispose]: () => server.remove(),
    }
  },
}

/** Runs one suite on each kind of server that nodes may share. */
export function eachCarrier(title: string, suite: (kind: Kind) => void): void {
  for (const kind of [redis, postgres]) {
    const facility = kind.name === 'Redis' ? 'redis' : 'postgres'
    describe.skipIf(inject('skipped')[facility] !== undefined)(`${title} over ${kind.name}`, () =>
      suite(kind),
    )
  }
}

const failed = (error: unknown, doing: string) => {
  throw new Error(`failed: ${doing}`, { cause: error })
}

/** A node's side of what nodes tell each other. */
export const openExchange = (server: SharedServer, name?: string): Promise<Exchange> =>
  Exchange.open(server.carrier(name), systemClock, failed)
