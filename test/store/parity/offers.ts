import { expect } from 'vitest'
import { entryRow, start } from '../rows.js'
import type { ParityCase, World } from './world.js'

async function waiting(world: World) {
  const { key: contactKey } = await world.contact()
  const conversation = await world.conversation({ contactKey })
  const entry = await world.write((queries) =>
    queries.queue.enter(entryRow(world.app.key, conversation.key, {})),
  )
  return { conversation, entry }
}

const offerRow = (
  world: World,
  { entry, conversation }: Awaited<ReturnType<typeof waiting>>,
  agentKey: number,
) => ({
  appKey: world.app.key,
  conversationKey: conversation.key,
  entryKey: entry.key,
  agentKey,
  offeredAt: start + agentKey,
  endsAt: start + 30_000,
  endedAt: null,
  outcome: null,
})

export const offerCases: ParityCase[] = [
  {
    title: 'a conversation is offered to one agent at a time, and its offer ends once',
    run: async (world) => {
      const { app, read, write } = world
      const place = await waiting(world)
      const made = await write((queries) => queries.offers.insert(offerRow(world, place, 7)))
      expect(made).toMatchObject({ agentKey: 7, outcome: null })
      expect(await write((queries) => queries.offers.insert(offerRow(world, place, 8)))).toBeUndefined()
      expect(await read.offers.open(app.key)).toEqual([made])
      const end = () =>
        write((queries) => queries.offers.end(place.conversation.key, { at: start + 9, outcome: 'declined' }))
      expect(await end()).toMatchObject({ key: made?.key, endedAt: start + 9, outcome: 'declined' })
      expect(await end()).toBeUndefined()
      expect(await read.offers.open(app.key)).toEqual([])
      await write((queries) => queries.offers.insert(offerRow(world, place, 8)))
      expect((await read.offers.ofEntry(place.entry.key)).map(({ agentKey }) => agentKey)).toEqual([7, 8])
      expect(await read.offers.lastByAgent(app.key)).toEqual([
        { agentKey: 7, at: start + 7 },
        { agentKey: 8, at: start + 8 },
      ])
    },
  },
  {
    title: 'an agent has one open offer in an app, and what they declined is found until it is long ago',
    run: async (world) => {
      const { app, read, write } = world
      const [first, second] = [await waiting(world), await waiting(world)]
      await write((queries) => queries.offers.insert(offerRow(world, first, 7)))
      expect(await write((queries) => queries.offers.insert(offerRow(world, second, 7)))).toBeUndefined()
      const end = { at: start + 9, outcome: 'declined' as const }
      await write((queries) => queries.offers.end(first.conversation.key, end))
      expect(await write((queries) => queries.offers.insert(offerRow(world, second, 7)))).toBeDefined()
      await write((queries) => queries.offers.end(second.conversation.key, { ...end, outcome: 'expired' }))
      const declined = { entryKey: first.entry.key, agentKey: 7 }
      expect(await read.offers.declinedSince(app.key, start + 9)).toEqual([declined])
      expect(await read.offers.declinedSince(app.key, start + 10)).toEqual([])
      expect(await read.offers.declinedSince(app.key + 1, start)).toEqual([])
    },
  },
  {
    title: 'an offer is accepted by its own agent, and withdrawn when another one was faster',
    run: async (world) => {
      const outcomes = []
      for (const claimedByKey of [7, 8]) {
        const place = await waiting(world)
        await world.write((queries) => queries.offers.insert(offerRow(world, place, 7)))
        const claim = { at: start + 1, claimedByKey }
        outcomes.push(
          (await world.write((queries) => queries.offers.settle(place.conversation.key, claim)))?.outcome,
        )
      }
      expect(outcomes).toEqual(['accepted', 'withdrawn'])
    },
  },
  {
    title: 'the last agent of a contact is who claimed last',
    run: async (world) => {
      const { read, write } = world
      const { conversation } = await waiting(world)
      const contactKey = conversation.contactKey ?? 0
      expect(await read.offers.lastClaimant(contactKey)).toBeUndefined()
      await write((queries) => queries.queue.leave(conversation.key, { at: start, claimedByKey: 12 }))
      expect(await read.offers.lastClaimant(contactKey)).toBe(12)
    },
  },
]
