import { Redis } from 'ioredis'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/server/adapters/clock.js'
import { AppError } from '../../src/server/core/errors.js'
import { Exchange } from '../../src/server/realtime/nodes/exchange.js'
import { overRedis } from '../../src/server/realtime/nodes/redis-carrier.js'
import { checkRedis } from '../../src/server/realtime/nodes/redis-checks.js'
import { RedisService } from '../../src/server/realtime/nodes/redis-service.js'
import { privateRedis } from '../helpers/databases.js'
import { describeWith } from '../helpers/facilities.js'
import { until } from '../helpers/until.js'
import { freePort } from '../setup/child-process.js'

type PrivateRedis = Awaited<ReturnType<typeof privateRedis>>

const failed = (error: unknown, doing: string) => {
  throw new Error(`failed: ${doing}`, { cause: error })
}

/** The sentence with which a Redis is refused. */
async function refusal(url: string): Promise<string> {
  const outcome = await checkRedis(url, 'replyhq:test').catch((error: unknown) => error)
  if (!(outcome instanceof AppError)) throw new Error(`It was not refused: ${String(outcome)}`)
  expect(outcome.code).toBe('unavailable')
  return outcome.message
}

/** What is refused, or warned of, of a Redis that was started with options. */
async function withRedis<Result>(options: string[], use: (url: string) => Promise<Result>): Promise<Result> {
  const redis = await privateRedis(...options)
  try {
    return await use(redis.url)
  } finally {
    await redis.stop()
  }
}

describeWith('redis', 'A Redis that is to be shared', () => {
  let redis: PrivateRedis
  beforeAll(async () => {
    redis = await privateRedis()
  })
  afterAll(() => redis.stop())

  test('is taken when it can be used', async () => {
    await checkRedis(redis.url, 'replyhq:test')
  })

  test('is refused when it does not answer, with its address and what to check', async () => {
    const port = await freePort()
    expect(await refusal(`redis://127.0.0.1:${port}`)).toMatch(
      new RegExp(`does not answer at 127.0.0.1:${port}.*Check that it runs.*rediss://`),
    )
    expect(await refusal('redis://no-such-host.invalid:6379')).toContain(
      'does not answer at no-such-host.invalid',
    )
  })

  test('is refused when it speaks no TLS and the address says so', async () => {
    expect(await refusal(redis.url.replace('redis:', 'rediss:'))).toMatch(/redis:\/\/ in place of rediss/)
  })

  test('is refused for a database that it does not have', async () => {
    expect(await refusal(`${redis.url}/100000`)).toContain('no database of the number')
  })

  test('is refused for a missing or wrong password, which is never shown', async () => {
    await withRedis(['--requirepass', 'right-password'], async (url) => {
      expect(await refusal(url)).toContain('asks for a password')
      const wrong = await refusal(url.replace('//', '//:wrong-password@'))
      expect(wrong).toContain('refuses the password')
      expect(wrong).not.toContain('wrong-password')
      await checkRedis(url.replace('//', '//:right-password@'), 'replyhq:test')
    })
  })

  test('is refused for a user who may not do enough', async () => {
    await withRedis(['--user', 'narrow', 'on', '>narrow-password', '~other:*', '+@all'], async (url) => {
      expect(await refusal(url.replace('//', '//narrow:narrow-password@'))).toContain('replyhq:*')
    })
  })

  test('is refused as a replica and as a part of a cluster', async () => {
    const port = String(await freePort())
    expect(await withRedis(['--replicaof', '127.0.0.1', port], refusal)).toContain('is a replica')
    expect(await withRedis(['--cluster-enabled', 'yes'], refusal)).toContain('one of a cluster')
  })

  test.each(['allkeys-lru', 'volatile-ttl'])('is refused when it may evict by %s', async (policy) => {
    const evicting = ['--maxmemory', '100mb', '--maxmemory-policy', policy]
    expect(await withRedis(evicting, refusal)).toContain(`maxmemory-policy ${policy}`)
  })

  test('is taken when it refuses writes rather than to evict', () =>
    withRedis(['--maxmemory', '100mb'], (url) => checkRedis(url, 'replyhq:test')))

  test('keeps its streams short, and who reads one too slowly learns that something is missing in that one', async () => {
    const carrier = overRedis({ url: redis.url, key: 'short', length: 100 })
    await using writer = await Exchange.open(carrier, systemClock, failed)
    await using reader = await Exchange.open(carrier, systemClock, failed)
    await until('they know each other', () => writer.others.length + reader.others.length === 2)
    await Promise.all([reader.follow(3), reader.follow(4)])
    const heard: number[] = []
    const missed = new Set<number>()
    reader.on('count', (body) => heard.push(Number(body)))
    reader.onMissed((_node, shard) => missed.add(shard))
    for (let count = 0; count < 5_000; count++) writer.send('count', count, 3)
    writer.send('last', null, 4)
    await until('the last has come', () => heard.at(-1) === 4_999)
    expect([...missed]).toEqual([3])
    expect(heard).toEqual([...new Set(heard)].sort((one, other) => one - other))
    const client = new Redis(redis.url)
    expect(await client.xlen('short:3_of_16')).toBeLessThan(300)
    client.disconnect()
  })

  test('counts over all nodes, and each node for itself while it is away', async () => {
    const own = await privateRedis()
    using one = new RedisService(own.url, 'replyhq:test')
    using other = new RedisService(own.url, 'replyhq:test')
    const options = { name: 'device', points: 3, seconds: 60 }
    const [here, there] = [one.counter(options), other.counter(options)]
    await until('both are connected', () => one.connected && other.connected)
    await here.consume('a')
    await there.consume('a')
    await here.consume('a')
    await expect(there.consume('a')).rejects.toMatchObject({ remainingPoints: 0 })
    await there.reward('a')
    expect((await here.get('a'))?.consumedPoints).toBe(3)
    await own.stop()
    await until('its absence is known', () => !one.connected)
    const took = performance.now()
    await here.consume('a')
    expect(performance.now() - took).toBeLessThan(2_000)
    await own.start()
    await until('it is back', () => one.connected && other.connected)
    await there.consume('b')
    expect((await here.get('b'))?.consumedPoints).toBe(1)
    await own.stop()
  })
})
