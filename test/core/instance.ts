import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, expect } from 'vitest'
import { loadConfig } from '../../src/config.js'
import { createLoggers } from '../../src/logger.js'
import { type Instance, type Overrides, openInstance } from '../../src/server/context.js'
import { AppError, type ErrorCode } from '../../src/server/core/errors.js'
import type { DomainEvent } from '../../src/server/core/events.js'
import { migrate } from '../../src/server/store/migrate.js'
import { type HandMovedClock, handMovedClock } from '../helpers/clock.js'
import { sqliteUrl, type TestDatabase, temporaryFolder } from '../helpers/databases.js'
import { hostSecret } from '../helpers/host.js'
import { until } from '../helpers/until.js'

/** An installation on a fresh database, whose time stands still and whose events are written down. */
export interface TestInstance extends Instance {
  clock: HandMovedClock
  /** Everything that the bus carried, in its order. */
  events: DomainEvent[]
}

/** What the tests’ tokens and links are signed with. */
export const testSecrets = {
  jwtAccessSecret: 'access secret of the tests, long enough',
  jwtRefreshSecret: 'refresh secret of the tests, long enough',
  linkSecret: 'link secret of the tests, which is long enough',
  authJwtSecret: [hostSecret],
}

/** Parts of one's own, on the clock of the instance. */
export type OwnParts = (clock: HandMovedClock) => Promise<Overrides>

/** Migrates the database and opens an instance on it. `settings` are flags by their path, such as `limits.changes`. */
export async function openTestInstance(
  databaseUrl: string = sqliteUrl(),
  settings: Record<string, unknown> = {},
  parts: OwnParts = async () => ({}),
): Promise<TestInstance> {
  const folder = temporaryFolder()
  const flags = { data: folder, databaseUrl, ...settings }
  const { config } = loadConfig({ flags, env: {}, cwd: folder, home: folder, system: folder })
  await migrate(config.databaseUrl)
  const clock = handMovedClock()
  const overrides = { ...(await parts(clock)), clock }
  const instance = await openInstance(config, testSecrets, createLoggers({ level: 'silent' }), overrides)
  const events: DomainEvent[] = []
  instance.context.bus.subscribe((event) => events.push(event))
  return { ...instance, clock, events }
}

/** One instance for all tests of a suite: they stay apart because each makes companies of its own. */
export function sharedInstance(
  database: Pick<TestDatabase, 'url'> = { url: async () => sqliteUrl() },
  settings: Record<string, unknown> = {},
  parts?: OwnParts,
): () => TestInstance {
  let instance: TestInstance | undefined
  beforeAll(async () => {
    instance = await openTestInstance(await database.url(), settings, parts)
  })
  afterAll(async () => {
    await instance?.[Symbol.asyncDispose]()
    // Other nodes must see what this one saw.
    for (const event of instance?.events ?? [])
      expect(JSON.parse(JSON.stringify(event)), event.type).toStrictEqual(event)
  })
  return () => {
    if (instance === undefined) throw new Error('The instance is opened before the first test, not earlier.')
    return instance
  }
}

/** Moves the time on as soon as the action has begun to wait for it, and gives the action's result. */
export async function afterWaiting<Result>(
  clock: HandMovedClock,
  milliseconds: number,
  action: Promise<Result>,
): Promise<Result> {
  const settled = Promise.allSettled([action])
  await turn()
  clock.advance(milliseconds)
  await settled
  return action
}

/** Ends something that may wait for a while before it does; the time would stand still otherwise. */
export async function endOf(clock: HandMovedClock, ending: PromiseLike<void> | undefined): Promise<void> {
  let ended = false
  const settled = Promise.resolve(ending).finally(() => {
    ended = true
  })
  await until('it has ended', () => {
    clock.advance(1_000)
    return ended
  })
  return settled
}

/** The refusal that an action ends in; fails when it does not, or in something that is no refusal. */
export async function refusal(action: Promise<unknown>, code?: ErrorCode): Promise<AppError> {
  const outcome: unknown = await action.then(
    (result) => new Error(`This should have been refused, and gave ${JSON.stringify(result)}.`),
    (error: unknown) => error,
  )
  if (!(outcome instanceof AppError)) throw outcome
  if (code !== undefined) expect(outcome.code, outcome.message).toBe(code)
  return outcome
}
