import { pino } from 'pino'
import { expect, test } from 'vitest'
import { postgresWords, redisWords, tellLoss } from '../../src/server/realtime/nodes/told-loss.js'
import { until } from '../helpers/until.js'
import { eachCarrier, openExchange } from './carriers.js'

eachCarrier('The loss of what nodes share', (kind) => {
  test('is told once, and so is the return', { timeout: 30_000 }, async () => {
    const words = kind.name === 'Redis' ? redisWords : postgresWords
    const lines: string[] = []
    const logger = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line).msg) })
    await using server = await kind.provide()
    await using exchange = await openExchange(server)
    using _ = tellLoss({ connected: () => exchange.connected, ...words }, logger)
    await server.stop()
    await until('the loss is told', () => lines.length > 0, { deadline: 10_000 })
    await server.start()
    await until('the return is told', () => lines.length > 1, { deadline: 15_000 })
    expect(lines).toEqual([words.lost, words.back])
  })
})
