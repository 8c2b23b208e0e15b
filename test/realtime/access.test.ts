import { expect, test } from 'vitest'
import type { Bus } from '../../src/server/core/ports.js'
import { createMemoryBus } from '../../src/server/realtime/memory-bus.js'
import { agentOf, visitorOf } from '../client/helpers/people.js'
import { people, shop, startTestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'

/** A bus that can be told that it missed something. */
function leakyBus(): { bus: Bus; gap(): void } {
  const listeners = new Set<Parameters<Bus['onGap']>[0]>()
  const bus: Bus = {
    ...createMemoryBus((error) => {
      throw error
    }),
    onGap(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  const gap = () => {
    for (const listener of listeners) listener({ of: 'everything' })
  }
  return { bus, gap }
}

test('after a gap those whose access has ended meanwhile come again, and the others catch up', async () => {
  const { bus, gap } = leakyBus()
  await using server = await startTestServer({ overrides: { bus } })
  using visitor = visitorOf(server, 'phone')
  using ana = agentOf(server, 'ana')
  using ben = agentOf(server, 'ben')
  const phases: Record<string, string[]> = { visitor: [], ana: [], ben: [] }
  const everybody = { visitor: visitor.live, ana: ana.live, ben: ben.live }
  await until('all are connected', () =>
    Object.values(everybody).every(({ state }) => state.phase === 'connected'),
  )
  for (const [name, live] of Object.entries(everybody)) live.onState(({ phase }) => phases[name]?.push(phase))
  const told: string[] = []
  visitor.live.on('sync:required', () => told.push('visitor'))
  ben.live.on('sync:required', () => told.push('ben'))
  // As another node does it, whose event never comes.
  await server.instance.context.store.transaction(async ({ apps, agents }) => {
    const app = await apps.byId(shop.id)
    const agent = await agents.byEmail(people.ana.email)
    if (app === undefined || agent === undefined)
      throw new Error(`${shop.id} or ${people.ana.email} is missing`)
    await agents.saveMembership({
      appKey: app.key,
      agentKey: agent.key,
      role: 'viewer',
      capacity: 1,
      createdAt: 0,
    })
  })
  gap()
  await until(
    'she has come again',
    () => phases.ana?.includes('waiting') && phases.ana.at(-1) === 'connected',
  )
  await until('the others were told', () => told.length === 2)
  expect(told.toSorted()).toEqual(['ben', 'visitor'])
  const cut = [phases.visitor, phases.ben].map((seen) => seen?.includes('waiting'))
  expect(cut).toEqual([false, false])
})
