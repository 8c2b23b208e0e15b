import { afterAll, beforeAll, expect, test } from 'vitest'
import { eachDatabase } from '../helpers/databases.js'
import { ServerProcess } from '../helpers/server-process.js'
import { moreAnswers, storedIn, Writer } from './load.js'

// Each crash takes a second or two; the figure that the documentation names is measured with
// REPLYHQ_TEST_KILLS=200.
const kills = Number(process.env.REPLYHQ_TEST_KILLS ?? 4)

eachDatabase('A server under load', (database) => {
  let server: ServerProcess
  let writers: Writer[]

  beforeAll(async () => {
    server = await ServerProcess.start({ databaseUrl: await database.url() })
    writers = Array.from({ length: 12 }, (_, index) => {
      const transport = index % 2 === 0 ? 'rest' : 'socket'
      return new Writer(server.url, `device-${index}`, transport)
    })
    await Promise.all(writers.map((writer) => writer.begin()))
  })
  afterAll(() => server[Symbol.asyncDispose]())

  /** What is stored is what was acknowledged, once and in order, and nothing that nobody sent. */
  async function checkAll(): Promise<void> {
    for (const { conversationId, acknowledged } of writers) {
      const stored = await storedIn(server.url, conversationId)
      expect(stored.map(({ sequence }) => sequence)).toEqual(stored.map((_, index) => index + 1))
      const shown = stored.map(({ id, local_id, body, sequence }) => ({
        id,
        localId: local_id,
        body,
        sequence,
      }))
      expect(shown).toEqual(acknowledged.map((message) => ({ ...message, body: message.localId })))
    }
  }

  test(
    `keeps every message that it acknowledged, once and in order, when it is killed ${kills} times`,
    async () => {
      for (let kill = 0; kill < kills; kill++) {
        const writing = Promise.all(writers.map((writer) => writer.writeUntilCut()))
        // Anywhere in the stream of messages, and anywhere in the life of one.
        await moreAnswers(writers, 20 + Math.floor(Math.random() * 150))
        await server.end('SIGKILL')
        await writing
        await server.start()
        await Promise.all(writers.map((writer) => writer.settle()))
        await checkAll()
      }
    },
    kills * 30_000,
  )

  test('stops in order within five seconds when it is asked to, and keeps what it acknowledged', async () => {
    const writing = Promise.all(writers.map((writer) => writer.writeUntilCut()))
    await moreAnswers(writers, 50)
    const asked = performance.now()
    const exitCode = await server.end('SIGTERM')
    const seconds = (performance.now() - asked) / 1_000
    await writing
    expect(exitCode).toBe(0)
    expect(seconds).toBeLessThan(5)
    await server.start()
    await Promise.all(writers.map((writer) => writer.settle()))
    await checkAll()
  }, 60_000)
})
