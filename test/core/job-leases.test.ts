import { expect, test } from 'vitest'
import { JobLeases } from '../../src/server/job-leases.js'
import { handMovedClock } from '../helpers/clock.js'
import { eachDatabase } from '../helpers/databases.js'
import { openTestInstance } from './instance.js'

eachDatabase('A job', (database) => {
  const twoNodes = async () => {
    const instance = await openTestInstance(await database.url())
    const clock = handMovedClock()
    const { store, outbox } = instance.context
    const node = (holder: string) => new JobLeases({ store, clock, outbox: { ...outbox, holder } })
    const [first, second] = [node('first'), node('second')]
    const done: string[] = []
    const round = async () => {
      await first.alone('count', async () => done.push('first'))
      await second.alone('count', async () => done.push('second'))
    }
    return { first, second, clock, done, round, [Symbol.asyncDispose]: () => instance[Symbol.asyncDispose]() }
  }

  test('is done by one of two nodes, for as long as it comes back to it', async () => {
    await using nodes = await twoNodes()
    for (let rounds = 0; rounds < 10; rounds++) {
      await nodes.round()
      nodes.clock.advance(5_000)
    }
    expect(nodes.done).toEqual(Array(10).fill('first'))
  })

  test('goes to another node within 30 seconds of a crash', async () => {
    await using nodes = await twoNodes()
    await nodes.round()
    nodes.done.length = 0
    for (let waitedMs = 0; waitedMs < 30_000 && nodes.done.length === 0; waitedMs += 1_000) {
      nodes.clock.advance(1_000)
      await nodes.second.alone('count', async () => nodes.done.push('second'))
    }
    expect(nodes.done).toEqual(['second'])
  })

  test('goes to another node as soon as its own stops in order and the other looks in', async () => {
    await using nodes = await twoNodes()
    await nodes.first.alone('count', async () => nodes.done.push('first'))
    await nodes.first.release()
    await nodes.second.alone('count', async () => nodes.done.push('second'))
    expect(nodes.done).toEqual(['first', 'second'])
  })
})
