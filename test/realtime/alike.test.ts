import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compareSecrets, compareShards } from '../../src/server/realtime/nodes/alike.js'
import { until } from '../helpers/until.js'
import { eachCarrier, openExchange, type SharedServer } from './carriers.js'

eachCarrier('What nodes must have in common', (kind) => {
  let server: SharedServer & AsyncDisposable
  beforeAll(async () => {
    server = await kind.provide()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('are compared, and both sides say once that they differ, without showing them', async () => {
    const lines: string[] = []
    const logger = pino({ level: 'warn' }, { write: (line: string) => lines.push(line) })
    await using one = await openExchange(server)
    compareSecrets(one, ['alike'], logger)
    await using same = await openExchange(server)
    compareSecrets(same, ['alike'], logger)
    await until('they know each other', () => one.others.length + same.others.length === 2)
    expect(lines).toEqual([])
    await using other = await openExchange(server)
    compareSecrets(other, ['different'], logger)
    await until('all have said it', () => lines.length === 3)
    expect(lines.join('')).toContain('has other secrets')
    expect(lines.join('')).not.toMatch(/alike|different/)
  })

  test('is also the number of shards: nodes of different versions warn of each other', async () => {
    const lines: string[] = []
    const logger = pino({ base: null }, { write: (line: string) => lines.push(JSON.parse(line).msg) })
    await using one = await openExchange(server, 'shards')
    compareShards(one, logger)
    await using same = await openExchange(server, 'shards')
    compareShards(same, logger)
    await until('they know each other', () => one.others.length + same.others.length === 2)
    expect(lines).toEqual([])
    await using other = await openExchange(server, 'shards')
    compareShards(other, logger, 32)
    await until('all have said it', () => lines.length === 3)
    expect(lines.join('')).toContain('is of another version')
  })
})
