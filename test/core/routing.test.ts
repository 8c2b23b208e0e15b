import { describe, expect, it } from 'vitest'
import type { AppSettings } from '../../src/server/core/model.js'
import type { AgentPrincipal } from '../../src/server/core/principal.js'
import { type Company, newCompany } from './company.js'
import { refusal, sharedInstance } from './instance.js'

const instance = sharedInstance()

async function company(settings: Partial<AppSettings>): Promise<Company> {
  const made = await newCompany(instance())
  await made.core.apps.update(made.operator, { settings })
  return made
}

const connect = (shop: Company, ...agents: AgentPrincipal[]) =>
  Promise.all(agents.map((agent) => shop.core.presence.agentConnected(agent, `${agent.agent.id}-socket`)))

/** Names of the agents to whom something was offered, in their order. */
const offeredTo = (shop: Company, conversationId?: string): string[] =>
  instance().events.flatMap((event) => {
    if (event.type !== 'offer.made' || event.appKey !== shop.app.key) return []
    if (conversationId !== undefined && event.offer.view.conversation.id !== conversationId) return []
    const agents = [shop.owner, shop.admin, shop.ada, shop.bob]
    return [agents.find(({ agent }) => agent.key === event.agentKey)?.agent.name ?? '?']
  })

const round = (shop: Company) => shop.core.routing.round()

describe('Routing', () => {
  it('offers nothing where agents pick for themselves', async () => {
    const shop = await company({ routing: 'manual' })
    await connect(shop, shop.ada)
    await shop.waiting()
    await round(shop)
    expect(offeredTo(shop)).toEqual([])
  })

  it('offers in turn, and to nobody who is not connected', async () => {
    const shop = await company({ routing: 'round_robin' })
    await connect(shop, shop.ada, shop.bob)
    for (let index = 0; index < 4; index++) {
      const { id } = await shop.waiting()
      await round(shop)
      const [name] = offeredTo(shop, id)
      await shop.core.queue.claim(name === shop.ada.agent.name ? shop.ada : shop.bob, id)
      instance().clock.advance(1_000)
    }
    const [ada, bob] = [shop.ada.agent.name, shop.bob.agent.name]
    expect(offeredTo(shop)).toEqual([ada, bob, ada, bob])
  })

  it('asks the least busy first', async () => {
    const shop = await company({ routing: 'least_busy' })
    await connect(shop, shop.ada, shop.bob)
    await shop.core.queue.claim(shop.ada, (await shop.waiting()).id)
    await shop.waiting()
    await round(shop)
    expect(offeredTo(shop)).toEqual([shop.bob.agent.name])
  })

  it('asks the next agent when nobody accepts in 30 seconds, and everybody before anybody twice', async () => {
    const shop = await company({ routing: 'round_robin' })
    await connect(shop, shop.ada, shop.bob)
    await shop.waiting()
    for (let index = 0; index < 3; index++) {
      await round(shop)
      instance().clock.advance(30_000)
    }
    const [ada, bob] = [shop.ada.agent.name, shop.bob.agent.name]
    expect(offeredTo(shop)).toEqual([ada, bob, ada])
  })

  it('asks the next at once when an agent declines, and refuses to decline what is not offered', async () => {
    const shop = await company({ routing: 'round_robin' })
    await connect(shop, shop.ada, shop.bob)
    const { id } = await shop.waiting()
    await round(shop)
    await refusal(shop.core.routing.decline(shop.bob, id), 'not_found')
    await shop.core.routing.decline(shop.ada, id)
    expect(offeredTo(shop, id)).toEqual([shop.ada.agent.name, shop.bob.agent.name])
    expect(await shop.core.routing.offersOf(shop.bob)).toMatchObject([{ view: { conversation: { id } } }])
    expect(await shop.core.routing.offersOf(shop.ada)).toEqual([])
  })

  it('leaves an agent in peace from what they declined, though nobody else is there, and asks for the next', async () => {
    const shop = await company({ routing: 'round_robin' })
    await connect(shop, shop.ada)
    const { id } = await shop.waiting()
    await round(shop)
    await shop.core.routing.decline(shop.ada, id)
    await round(shop)
    expect(offeredTo(shop, id)).toHaveLength(1)
    const next = await shop.waiting()
    await round(shop)
    expect(offeredTo(shop, next.id)).toEqual([shop.ada.agent.name])
    await shop.core.queue.claim(shop.ada, next.id)
    instance().clock.advance(29_000)
    await round(shop)
    expect(offeredTo(shop, id)).toHaveLength(1)
    instance().clock.advance(1_000)
    await round(shop)
    expect(offeredTo(shop, id)).toEqual([shop.ada.agent.name, shop.ada.agent.name])
  })

  it('offers what was declined to a colleague who comes afterwards', async () => {
    const shop = await company({ routing: 'round_robin' })
    await connect(shop, shop.ada)
    const { id } = await shop.waiting()
    await round(shop)
    await shop.core.routing.decline(shop.ada, id)
    await connect(shop, shop.bob)
    await round(shop)
    expect(offeredTo(shop, id)).toEqual([shop.ada.agent.name, shop.bob.agent.name])
  })

  it('prefers the agent who served the contact last', async () => {
    const shop = await company({ routing: 'round_robin' })
    await connect(shop, shop.ada, shop.bob)
    const { visitor, id } = await shop.waiting()
    await shop.core.queue.claim(shop.bob, id)
    await shop.core.lifecycle.close(shop.bob, id)
    const again = await shop.core.conversations.start(visitor, { new: true })
    await round(shop)
    expect(offeredTo(shop, again.view.conversation.id)).toEqual([shop.bob.agent.name])
  })

  it('asks nobody who is away or has no capacity left', async () => {
    const shop = await company({ routing: 'least_busy' })
    await connect(shop, shop.ada, shop.bob)
    await shop.core.agents.setAvailability(shop.ada, 'away')
    await shop.core.agents.setMembership(shop.owner, shop.bob.agent.id, { capacity: 0 })
    await shop.waiting()
    await round(shop)
    expect(offeredTo(shop)).toEqual([])
  })

  it('withdraws an offer when a colleague was faster', async () => {
    const shop = await company({ routing: 'round_robin' })
    await connect(shop, shop.ada)
    const { id } = await shop.waiting()
    await round(shop)
    await shop.core.queue.claim(shop.bob, id)
    const ended = instance().events.filter(
      (event) => event.type === 'offer.ended' && event.conversationId === id,
    )
    expect(ended).toMatchObject([{ agentKey: shop.ada.agent.key, outcome: 'withdrawn' }])
  })

  it('tells the agent how an offer ended', async () => {
    const shop = await company({ routing: 'round_robin' })
    await connect(shop, shop.ada)
    const { visitor, id } = await shop.waiting()
    await round(shop)
    await shop.core.lifecycle.close(visitor, id)
    const ended = instance().events.filter(
      (event) => event.type === 'offer.ended' && event.appKey === shop.app.key,
    )
    expect(ended).toMatchObject([{ conversationId: id, outcome: 'withdrawn' }])
  })
})

describe('An agent who has gone', () => {
  it('gives back what waits for an answer after the grace, with its old waiting time', async () => {
    const shop = await company({ agentGraceSeconds: 60 })
    await connect(shop, shop.ada)
    const talk = await shop.waiting()
    const { visitor, id } = talk
    const requestedAt = (await talk.view()).queue?.requestedAt
    await shop.core.queue.claim(shop.ada, id)
    await shop.core.messages.post(visitor, id, { localId: 'question', body: 'Are you there?' })
    instance().clock.advance(1_000_000)
    await shop.core.requeue.round()
    expect((await shop.core.conversations.get(shop.ada, id)).conversation.handler).toBe('agent')

    await shop.core.presence.agentDisconnected(shop.ada, `${shop.ada.agent.id}-socket`)
    instance().clock.advance(50_000)
    await shop.core.requeue.round()
    expect((await shop.core.conversations.get(shop.ada, id)).conversation.handler).toBe('agent')
    instance().clock.advance(61_000)
    await shop.core.requeue.round()
    expect(await shop.core.conversations.get(shop.ada, id)).toMatchObject({
      conversation: { handler: 'queue', assigneeKey: null },
      queue: { requestedAt },
    })
  })
})
