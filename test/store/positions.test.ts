import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PriorityRank, QueueEntry } from '../../src/server/core/model.js'
import type { Store } from '../../src/server/core/ports.js'
import { eachDatabase } from '../helpers/databases.js'
import { openFresh } from './open.js'
import { appRow, entryRow, start } from './rows.js'

type Step =
  | { kind: 'enter'; conversation: number; priority: PriorityRank; requestedAt: number }
  | { kind: 'leave'; conversation: number }
  | { kind: 'reprioritise'; conversation: number; priority: PriorityRank }

const conversation = fc.integer({ min: 1, max: 40 })
const priority = fc.constantFrom<PriorityRank>(0, 1, 2)
// Times that fall together, into one block, into neighbouring blocks of every level, and far apart.
const requestedAt = fc
  .tuple(
    fc.constantFrom(1, 63, 64, 65, 64 ** 2, 64 ** 3, 64 ** 4, 64 ** 5, 64 ** 6),
    fc.integer({ min: 0, max: 5 }),
  )
  .map(([unit, times]) => start + unit * times)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('enter'), conversation, priority, requestedAt }) },
  fc.record({ kind: fc.constant('leave'), conversation }),
  fc.record({ kind: fc.constant('reprioritise'), conversation, priority }),
)

eachDatabase('Positions', (database) => {
  let store: Store
  beforeAll(async () => {
    store = (await openFresh(database)).store
  })
  afterAll(() => store.close())

  async function perform(appKey: number, steps: Step[]): Promise<void> {
    // Conversations of its own for each run, far from the others'.
    const conversationKey = (number: number) => appKey * 1_000 + number
    await store.transaction(async ({ queue }) => {
      for (const next of steps) {
        const key = conversationKey(next.conversation)
        if (next.kind === 'enter')
          await queue.enter(entryRow(appKey, key, { priority: next.priority, requestedAt: next.requestedAt }))
        if (next.kind === 'leave') await queue.leave(key, { at: start, claimedByKey: null })
        if (next.kind === 'reprioritise') await queue.reprioritise(key, next.priority)
      }
    })
  }

  const order = (a: QueueEntry, b: QueueEntry) =>
    a.priority - b.priority || a.requestedAt - b.requestedAt || a.key - b.key

  test('are what counting one by one gives, after any entering, leaving and moving', async () => {
    const property = fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { key: appKey } = await store.transaction(({ apps }) => apps.insert(appRow()))
      await perform(appKey, steps)
      const waiting = await store.read.queue.page(appKey, undefined, 100)
      expect(waiting).toEqual([...waiting].sort(order))
      const positions = await Promise.all(waiting.map((entry) => store.read.queue.position(entry)))
      expect(positions).toEqual(waiting.map((_, index) => index + 1))
      const sizes = await store.read.queue.sizes(appKey)
      expect(sizes.reduce((sum, size) => sum + size.waiting, 0)).toBe(waiting.length)
    })
    await fc.assert(property, { numRuns: 60 })
  })
})
