import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Store } from '../../src/server/core/ports.js'
import { eachDatabase } from '../helpers/databases.js'
import { openFresh } from './open.js'
import { accessCases } from './parity/access.js'
import { botTurnCases } from './parity/bot-turns.js'
import { conversationCases } from './parity/conversations.js'
import { memberCases } from './parity/members.js'
import { messageCases } from './parity/messages.js'
import { offerCases } from './parity/offers.js'
import { outboxCases } from './parity/outbox.js'
import { peopleCases } from './parity/people.js'
import { queueCases } from './parity/queue.js'
import { textCases } from './parity/texts.js'
import { type Calls, queryNames, World } from './parity/world.js'

const cases = [
  ...accessCases,
  ...peopleCases,
  ...conversationCases,
  ...memberCases,
  ...messageCases,
  ...queueCases,
  ...offerCases,
  ...botTurnCases,
  ...outboxCases,
  ...textCases,
]

eachDatabase('Every query', (database) => {
  const calls: Calls = new Set()
  let store: Store

  beforeAll(async () => {
    store = (await openFresh(database)).store
  })
  afterAll(() => store.close())

  test.each(cases)('$title', async ({ run }) => {
    await run(await World.create(store, calls))
  })

  // A builder that only Postgres has compiles, and fails on SQLite when it is called.
  test('is called by the cases above', () => {
    expect(queryNames(store.read).filter((name) => !calls.has(name))).toEqual([])
  })
})
