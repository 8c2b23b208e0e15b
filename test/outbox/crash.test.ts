import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { moreAnswers, Writer } from '../../bench/faults/writer.js'
import { eachDatabase, postgresUrl } from '../helpers/databases.js'
import { Receiver } from '../helpers/receiver.js'
import { shop } from '../helpers/seed.js'
import { ServerProcess } from '../helpers/server-process.js'
import { until } from '../helpers/until.js'
import { expectSigned } from './signed.js'

const secret = 'a secret of the settings, as text'
const kills = Number(process.env.REPLYHQ_TEST_KILLS ?? 2)

const environmentOf = (receiver: Receiver) => ({
  WEBHOOK_URL: receiver.url,
  WEBHOOK_SECRET: secret,
  WEBHOOK_ALLOW_PRIVATE: 'true',
  WEBHOOK_SCHEDULE: ['0s', ...Array<string>(25).fill('300ms')].join(','),
  WEBHOOK_LEASE: '5s',
})

/** Every acknowledged message has come, under one event each; those of a conversation in order when nothing failed. */
async function expectAll(receiver: Receiver, writers: Writer[]): Promise<void> {
  const wanted = writers.flatMap(({ acknowledged }) => acknowledged.map(({ id }) => id))
  const events = () => {
    const byMessage = new Map<unknown, Set<string>>()
    for (const { event } of receiver.of('message.created')) {
      const ids = byMessage.get(event.data.id) ?? new Set()
      byMessage.set(event.data.id, ids.add(event.id))
    }
    return byMessage
  }
  await until('every message comes', () => wanted.every((id) => events().has(id)), { deadline: 40_000 })
  expect([...events().values()].filter(({ size }) => size !== 1)).toEqual([])
  for (const received of receiver.received.slice(0, 50)) expectSigned(received, secret)
}

async function writersOf(urls: string[]): Promise<Writer[]> {
  const writers = urls.flatMap((url, node) =>
    [0, 1, 2].map(
      (index) => new Writer({ url, app: shop, deviceId: `device-${node}-${index}`, transport: 'rest' }),
    ),
  )
  await Promise.all(writers.map((writer) => writer.begin()))
  return writers
}

let receiver: Receiver
beforeEach(async () => {
  receiver = await Receiver.start()
})
afterEach(() => receiver.stop())

eachDatabase('Of a server that is killed and a receiver that goes away', (database) => {
  test(
    'no event is lost, and those that come twice have the same id',
    async () => {
      const databaseUrl = await database.url()
      await using server = await ServerProcess.start({ databaseUrl, environment: environmentOf(receiver) })
      const writers = await writersOf([server.url])
      for (let kill = 0; kill < kills; kill++) {
        const writing = Promise.all(writers.map((writer) => writer.writeUntilCut()))
        await moreAnswers(writers, 20)
        await receiver.stop()
        await moreAnswers(writers, 20)
        await server.end('SIGKILL')
        await writing
        await receiver.start()
        await server.start()
        await Promise.all(writers.map((writer) => writer.settle()))
      }
      await expectAll(receiver, writers)
      expect(await server.end('SIGTERM')).toBe(0)
    },
    kills * 60_000,
  )
})

describe('Two servers on one Postgres', () => {
  test('share what is to be delivered, and the one that is left takes over', async () => {
    const databaseUrl = await postgresUrl()
    const options = { databaseUrl, environment: environmentOf(receiver) }
    await using first = await ServerProcess.start(options)
    await using second = await ServerProcess.beside(first)
    const writers = await writersOf([first.url, second.url])
    const writing = Promise.all(writers.map((writer) => writer.writeUntilCut()))
    await moreAnswers(writers, 60)
    await first.end('SIGKILL')
    await moreAnswers(writers.slice(3), 30)
    await second.end('SIGTERM')
    await writing
    await second.start()
    for (const writer of writers.slice(3)) await writer.settle()
    await expectAll(receiver, writers)
    const doubled = receiver.received.length - new Set(receiver.received.map(({ event }) => event.id)).size
    // Only what was under way when the first was killed.
    expect(doubled).toBeLessThan(20)
  }, 120_000)
})
