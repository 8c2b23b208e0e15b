import { expect } from 'vitest'
import type { BotTurn } from '../../../src/server/core/bot/turn.js'
import { start, turnRow } from '../rows.js'
import type { ParityCase, World } from './world.js'

async function open(world: World, given: Partial<BotTurn> = {}): Promise<BotTurn> {
  const { key } = await world.conversation({ handler: 'bot' })
  return world.write((queries) => queries.botTurns.insert(turnRow(world.app.key, key, given)))
}

const take = (world: World, turn: BotTurn, owner: string, at: number) =>
  world.write((queries) => queries.botTurns.take(turn.key, { owner, at, until: at + 10 }))

export const botTurnCases: ParityCase[] = [
  {
    title: 'a turn is held by one at a time, and by another once its lease has run out',
    run: async (world) => {
      const turn = await open(world)
      const held = await take(world, turn, 'one', start)
      expect(held).toMatchObject({ takes: 1, leaseOwner: 'one', leasedUntil: start + 10 })
      expect(await take(world, turn, 'two', start + 9)).toBeUndefined()
      const { renew, release } = leasesOf(world, turn)
      expect([await renew('one', start + 20), await renew('two', start + 20)]).toEqual([true, false])
      expect(await take(world, turn, 'two', start + 19)).toBeUndefined()
      expect(await take(world, turn, 'two', start + 20)).toMatchObject({ takes: 2, leaseOwner: 'two' })
      await release('one')
      expect(await take(world, turn, 'one', start + 21)).toBeUndefined()
      await release('two')
      expect(await take(world, turn, 'one', start + 21)).toMatchObject({ takes: 3 })
    },
  },
  {
    title: 'a turn ends once, by who holds it or by something newer',
    run: async (world) => {
      const turn = await open(world)
      await take(world, turn, 'one', start)
      const end = (owner: string) =>
        world.write((queries) =>
          queries.botTurns.end(turn.key, { owner, at: start + 5, outcome: 'answered' }),
        )
      expect([await end('two'), await end('one'), await end('one')]).toEqual([false, true, false])
      expect(await world.read.botTurns.byId(turn.id)).toMatchObject({
        endedAt: start + 5,
        outcome: 'answered',
        leasedUntil: null,
      })
      const supersede = () =>
        world.write((queries) =>
          queries.botTurns.endOpen(turn.conversationKey, { at: start + 6, outcome: 'superseded' }),
        )
      expect(await supersede()).toBeUndefined()
      const next = await world.write((queries) =>
        queries.botTurns.insert(turnRow(world.app.key, turn.conversationKey)),
      )
      expect(await supersede()).toMatchObject({ key: next.key, outcome: 'superseded' })
      expect(await take(world, next, 'one', start)).toBeUndefined()
    },
  },
  {
    title: 'turns that are due come oldest first, and what they cost is summed up',
    run: async (world) => {
      const { app, read, write } = world
      const late = await open(world, { createdAt: start + 2 })
      const early = await open(world, { createdAt: start + 1 })
      const held = await open(world)
      await take(world, held, 'one', start)
      const due = (at: number) => read.botTurns.due(at, 1_000)
      const own = (turns: BotTurn[]) => turns.filter(({ appKey }) => appKey === app.key).map(({ key }) => key)
      expect(own(await due(start))).toEqual([early.key, late.key])
      expect(own(await due(start + 10))).toEqual([held.key, early.key, late.key])
      expect(await due(start)).not.toHaveLength(0)
      expect(await read.botTurns.due(start, 1)).toHaveLength(1)
      await write((queries) => queries.botTurns.addUsage(early.key, { inputTokens: 7, outputTokens: 2 }))
      await write((queries) => queries.botTurns.addUsage(early.key, { inputTokens: 1, outputTokens: 1 }))
      expect(await read.botTurns.usage(app.key, start + 1)).toEqual({
        turns: 2,
        inputTokens: 8,
        outputTokens: 3,
      })
      expect(await read.botTurns.usage(app.key, start + 9)).toEqual({
        turns: 0,
        inputTokens: 0,
        outputTokens: 0,
      })
    },
  },
]

interface Leases {
  renew(owner: string, until: number): Promise<boolean>
  release(owner: string): Promise<void>
}

const leasesOf = (world: World, turn: BotTurn): Leases => ({
  renew: (owner, until) => world.write((queries) => queries.botTurns.renew(turn.key, { owner, until })),
  release: (owner) => world.write((queries) => queries.botTurns.release(turn.key, owner)),
})
