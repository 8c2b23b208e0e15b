import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Store } from '../../src/server/core/ports.js'
import { openStore } from '../../src/server/store/index.js'
import { eachDatabase } from '../helpers/databases.js'
import { openFresh } from './open.js'
import { appRow, conversationRow, entryRow, start } from './rows.js'

const WAITING = 1_000
const AT_ONCE = 100
const AGENTS = [1, 2, 3, 4]

eachDatabase('A claim', (database) => {
  let one: Store
  let two: Store

  beforeAll(async () => {
    const opened = await openFresh(database)
    one = opened.store
    two = await openStore({ databaseUrl: opened.url, dataFolder: 'unused' })
  })
  afterAll(() => Promise.all([one.close(), two.close()]))

  async function fillQueue(): Promise<{ appKey: number; conversationKeys: number[] }> {
    return one.transaction(async (transaction) => {
      const { key: appKey } = await transaction.apps.insert(appRow())
      const conversationKeys: number[] = []
      for (let index = 0; index < WAITING; index += 1) {
        const { key } = await transaction.conversations.insert(conversationRow(appKey))
        await transaction.queue.enter(entryRow(appKey, key, { requestedAt: start + index }))
        conversationKeys.push(key)
      }
      return { appKey, conversationKeys }
    })
  }

  const claim = (store: Store, conversationKey: number, agentKey: number) =>
    store.transaction((transaction) =>
      transaction.queue.leave(conversationKey, { at: start, claimedByKey: agentKey }),
    )

  test.each([
    ['one node', () => [one, one, one, one]],
    ['two nodes', () => [one, two, one, two]],
  ])('by four agents on %s has one winner, a thousand times', async (_, nodes) => {
    const { appKey, conversationKeys } = await fillQueue()
    const winnersOf = async (conversationKey: number) => {
      const tries = AGENTS.map((agentKey, index) => claim(nodes()[index] ?? one, conversationKey, agentKey))
      return (await Promise.all(tries)).filter((entry) => entry !== undefined).length
    }
    for (let first = 0; first < WAITING; first += AT_ONCE) {
      const winners = await Promise.all(conversationKeys.slice(first, first + AT_ONCE).map(winnersOf))
      expect(winners.filter((count) => count !== 1)).toEqual([])
    }
    expect(await one.read.queue.sizes(appKey)).toEqual([{ priority: 1, waiting: 0 }])
    expect(await one.read.queue.head(appKey)).toBeUndefined()
  })
})
