import { afterAll, beforeAll, expect, test } from 'vitest'
import { settledTally } from '../../bench/faults/kept.js'
import { beginWriters, moreAnswers, type Writer } from '../../bench/faults/writer.js'
import { eachDatabase } from '../helpers/databases.js'
import { shop } from '../helpers/seed.js'
import { ServerProcess } from '../helpers/server-process.js'

// Each crash takes a second or two; the figure that the documentation names is measured with
// REPLYHQ_TEST_KILLS=200.
const kills = Number(process.env.REPLYHQ_TEST_KILLS ?? 4)

eachDatabase('A server under load', (database) => {
  let server: ServerProcess
  let writers: Writer[]

  beforeAll(async () => {
    server = await ServerProcess.start({ databaseUrl: await database.url() })
    writers = await beginWriters(12, { url: server.url, app: shop })
  })
  afterAll(() => server[Symbol.asyncDispose]())

  /** What is stored is what was acknowledged, once and in order, and nothing that nobody sent. */
  async function checkAll(atLeast: number): Promise<void> {
    const { acknowledged, ...wrong } = await settledTally({ url: server.url, app: shop }, writers)
    expect(wrong).toEqual({ unanswered: 0, lost: 0, doubled: 0, disordered: 0, altered: 0 })
    expect(acknowledged).toBeGreaterThanOrEqual(atLeast)
  }

  test(
    `keeps every message that it acknowledged, once and in order, when it is killed ${kills} times`,
    async () => {
      let answers = 0
      for (let kill = 0; kill < kills; kill++) {
        const writing = Promise.all(writers.map((writer) => writer.writeUntilCut()))
        // Anywhere in the stream of messages, and anywhere in the life of one.
        const more = 20 + Math.floor(Math.random() * 150)
        await moreAnswers(writers, more)
        answers += more
        await server.end('SIGKILL')
        await writing
        await server.start()
        await checkAll(answers)
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
    await checkAll(50)
  }, 60_000)
})
