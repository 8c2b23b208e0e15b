import { randomUUID } from 'node:crypto'
import type { Config } from '../../../config.js'
import type { Logger } from '../../../logger.js'
import { systemClock } from '../../adapters/clock.js'
import type { Measure } from '../../core/ports/measure.js'
import type { Clock, Store } from '../../core/ports.js'
import { createMemoryPresence } from '../memory-presence.js'
import { compareSecrets, compareShards } from './alike.js'
import { aloneNode } from './alone.js'
import type { OpenCarrier } from './carrier.js'
import { Exchange } from './exchange.js'
import { lingerMs, type Nodes } from './nodes.js'
import { makeQuestion } from './questions.js'
import { createSharedBus } from './shared-bus.js'
import { SharedPresence } from './shared-presence.js'
import { readMissingFrom } from './stored-messages.js'
import { postgresWords, redisWords, tellLoss } from './told-loss.js'

interface Options {
  readonly config: Pick<Config, 'redisUrl' | 'databaseUrl'>
  /** Of this node, for people. */
  readonly name: string
  /** What all nodes of an installation must have in common. */
  readonly secrets: readonly string[]
  readonly store: Store
  readonly clock: Clock
  readonly logger: Logger
  readonly measure: Measure
  report(error: unknown, doing: string): void
}

/**
 * Joins the other nodes of this installation: over Redis where there is one, else over Postgres; on SQLite there are
 * none. Errors: `unavailable` with a sentence, when what is configured cannot be used.
 */
export async function openNodes(options: Options): Promise<Nodes> {
  const { config, clock, report } = options
  if (config.redisUrl !== undefined) return onRedis(config.redisUrl, options)
  if (/^postgres(ql)?:/.test(config.databaseUrl)) return onPostgres(config.databaseUrl, options)
  return aloneNode(clock, report)
}

// Each library is loaded only where it is used: a node on SQLite alone needs neither.
async function onRedis(url: string, options: Options): Promise<Nodes> {
  const { checkRedis } = await import('./redis-checks.js')
  const { overRedis } = await import('./redis-carrier.js')
  const { RedisService } = await import('./redis-service.js')
  const prefix = `replyhq:${await installationOf(options.store)}`
  const key = `${prefix}:nodes`
  await checkRedis(url, key)
  const shared = await join(overRedis({ url, key }), options)
  const service = new RedisService(url, prefix)
  options.logger.info('events, presence and limits are shared with other nodes over Redis')
  const connected = () => service.connected && shared.exchange.connected
  const watch = tellLoss({ connected, ...redisWords }, options.logger)
  return {
    ...shared,
    redis: () => (connected() ? 'up' : 'down'),
    counter: (counter) => service.counter(counter),
    async [Symbol.asyncDispose]() {
      watch[Symbol.dispose]()
      await shared.exchange[Symbol.asyncDispose]()
      service[Symbol.dispose]()
    },
  }
}

async function onPostgres(url: string, options: Options): Promise<Nodes> {
  const { overPostgres } = await import('./postgres-carrier.js')
  const shared = await join(overPostgres(url), options)
  options.logger.info(
    'events and presence are shared with other nodes over Postgres; each node counts the limits on pace for itself, until REDIS_URL is set',
  )
  const watch = tellLoss({ connected: () => shared.exchange.connected, ...postgresWords }, options.logger)
  return {
    ...aloneNode(options.clock, options.report),
    ...shared,
    async [Symbol.asyncDispose]() {
      watch[Symbol.dispose]()
      await shared.exchange[Symbol.asyncDispose]()
    },
  }
}

async function join(carrier: OpenCarrier, { name, store, clock, secrets, logger, measure, report }: Options) {
  // Other nodes live by the true time, also where a test moves that of this one.
  const exchange = await Exchange.open(carrier, systemClock, report, name)
  compareSecrets(exchange, secrets, logger)
  compareShards(exchange, logger)
  return {
    exchange,
    bus: createSharedBus(exchange, {
      clock: systemClock,
      measure,
      readMissing: readMissingFrom(store),
      report,
    }),
    presence: new SharedPresence(createMemoryPresence(clock, lingerMs), exchange),
    question: <Asked, Answer>(topic: string, answer: (asked: Asked) => Answer) =>
      makeQuestion(exchange, systemClock, topic, answer),
  }
}

/** Sets installations apart that share a Redis: it stands in the database, which all nodes of one have in common. */
const installationOf = (store: Store): Promise<string> =>
  store.transaction(({ instance }) => instance.settle('installation', randomUUID()))
