import { Redis } from 'ioredis'
import { Client } from 'pg'
import { afterAll, expect, test } from 'vitest'
import { eachDatabase, postgresUrl, privateRedis, redisUrl } from '../helpers/databases.js'
import { describeWith } from '../helpers/facilities.js'
import { until } from '../helpers/until.js'
import { decideSkipped } from './facilities.js'

eachDatabase('A fresh database', (database) => {
  test('has a URL of its own at each call', async () => {
    expect(await database.url()).not.toBe(await database.url())
  })
})

describeWith('postgres', 'The Postgres of the tests', () => {
  test('answers, and its databases are apart', async () => {
    const clients = [new Client(await postgresUrl()), new Client(await postgresUrl())] as const
    for (const client of clients) await client.connect()
    await clients[0].query('CREATE TABLE mine (id int)')
    const seen = await clients[1].query("SELECT 1 FROM pg_tables WHERE tablename = 'mine'")
    for (const client of clients) await client.end()
    expect(seen.rowCount).toBe(0)
  })
})

describeWith('redis', 'The Redis of the tests', () => {
  const clients: Redis[] = []
  afterAll(() => {
    for (const client of clients) client.disconnect()
  })

  test('answers, and its databases are apart', async () => {
    clients.push(new Redis(await redisUrl()), new Redis(await redisUrl()))
    await clients[0]?.set('mine', '1')
    expect(await clients[1]?.get('mine')).toBeNull()
  })

  test('can be one of their own that stops and comes back', async () => {
    const server = await privateRedis()
    const client = new Redis(server.url, { retryStrategy: () => 20 })
    client.on('error', () => {})
    clients.push(client)
    await until('the first connection', () => client.status === 'ready')
    await server.stop()
    await until('the connection is lost', () => client.status !== 'ready')
    await server.start()
    await until('the connection is back', () => client.status === 'ready')
    await server.stop()
  })
})

test('only what REPLYHQ_TEST_SKIP names is skipped among the databases', () => {
  expect(decideSkipped({ REPLYHQ_TEST_SKIP: 'redis' })).toMatchObject({ redis: expect.any(String) })
  expect(decideSkipped({}).postgres).toBeUndefined()
  expect(() => decideSkipped({ REPLYHQ_TEST_SKIP: 'postgers' })).toThrow('none of: postgres')
})

test('waiting in vain says what for', async () => {
  await expect(until('the moon', () => false, { deadline: 20 })).rejects.toThrow('the moon')
})
