import { afterAll, beforeAll, expect, test } from 'vitest'
import { beginWriters, moreAnswers, storedIn, type Writer } from '../../bench/faults/writer.js'
import { createAdminClient, type OutsideEvent } from '../../src/client/index.js'
import { eachDatabase } from '../helpers/databases.js'
import { shop } from '../helpers/seed.js'
import { ServerProcess } from '../helpers/server-process.js'
import { until } from '../helpers/until.js'

eachDatabase('Who follows events of a server under load', (database) => {
  let server: ServerProcess
  let writers: Writer[]

  beforeAll(async () => {
    server = await ServerProcess.start({ databaseUrl: await database.url() })
    writers = await beginWriters(8, { url: server.url, app: shop })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('gets every message once and in its order, over two crashes', async () => {
    const { events } = createAdminClient({ url: server.url, apiKey: shop.secretKey, appId: shop.id })
    const stopping = new AbortController()
    const told: OutsideEvent[] = []
    const { cursor: after } = await events.page()
    const options = { after, types: ['message.created'], limit: 50, signal: stopping.signal } as const
    const following = (async () => {
      for await (const page of events.follow(options)) told.push(...page.events)
    })()

    for (let crash = 0; crash < 2; crash++) {
      const writing = Promise.all(writers.map((writer) => writer.writeUntilCut()))
      await moreAnswers(writers, 200)
      await server.end('SIGKILL')
      await writing
      await server.start()
    }
    await Promise.all(writers.map((writer) => writer.settle()))

    const stored = await Promise.all(
      writers.map(async ({ conversationId }) => storedIn(server.url, shop, conversationId)),
    )
    await until('all are told', () => told.length >= stored.flat().length, { deadline: 30_000 })
    stopping.abort()
    await following
    const messages = told.map(({ data }) => data as { id: string; conversationId: string })
    for (const [index, { conversationId }] of writers.entries()) {
      const own = messages.filter((message) => message.conversationId === conversationId)
      expect(own.map(({ id }) => id)).toEqual(stored[index]?.map(({ id }) => id))
    }
    expect(told).toHaveLength(stored.flat().length)
    expect(new Set(told.map(({ cursor }) => cursor)).size).toBe(told.length)
  }, 180_000)
})
