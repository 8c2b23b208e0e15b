import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLoggers } from '../../src/logger.js'
import { start } from '../../src/server/main.js'
import { privatePostgres } from '../helpers/databases.js'
import { describeWith } from '../helpers/facilities.js'
import { makeInstallation, shop } from '../helpers/seed.js'
import { asDevice, call } from '../helpers/server.js'
import { until } from '../helpers/until.js'

interface Line {
  readonly level: string
  readonly name: string
  readonly msg: string
  readonly failed?: number
  readonly seconds?: number
}

describeWith('postgres', 'A server whose Postgres is away', () => {
  let postgres: Awaited<ReturnType<typeof privatePostgres>>
  beforeAll(async () => {
    postgres = await privatePostgres()
  })
  afterAll(() => postgres.remove())

  test('says so once, and once that it is back, however much fails meanwhile', async () => {
    const databaseUrl = await postgres.database('outage')
    const { config, secrets } = await makeInstallation({ databaseUrl })
    const lines: Line[] = []
    const stream = { write: (text: string) => void lines.push(JSON.parse(text)) }
    await using server = await start({ config, secrets, loggers: createLoggers({ level: 'info', stream }) })
    await postgres.stop()
    const ask = () => call(server, 'GET', '/v1/conversations', { as: asDevice('phone', shop) })
    expect(await ask()).toMatchObject({ status: 503, body: { error: { code: 'unavailable' } } })
    await until('it is told', () => lines.some(({ level }) => level === 'error'))
    expect((await call(server, 'GET', '/health')).status).toBe(503)
    expect((await call(server, 'GET', '/ready')).status).toBe(503)
    expect(lines.filter(({ msg }) => msg.includes('failed'))).toEqual([])
    await postgres.start()
    const back = await until('it is told', () =>
      lines.find(({ msg }) => msg.includes('answers again, after')),
    )
    expect(back).toMatchObject({ level: 'info', name: 'store' })
    await until('it is ready', async () => (await call(server, 'GET', '/ready')).status === 200)
    const errors = lines.filter(({ level }) => level === 'error')
    expect(errors).toMatchObject([{ name: 'store', msg: expect.stringContaining('does not answer') }])
    expect(JSON.stringify(errors)).not.toMatch(/stack|Failed query/)
  })
})
