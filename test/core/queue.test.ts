import { describe, expect, test } from 'vitest'
import { type Company, newCompany, type Talk } from './company.js'
import { refusal, sharedInstance } from './instance.js'
import { changesNothing, eventsEqualState } from './mirror.js'

const instance = sharedInstance()
const second = 1_000

async function inOrder(company: Company): Promise<string[]> {
  const { entries } = await company.core.queue.list(company.viewer, { limit: 50 })
  return entries.map(({ view }) => view.conversation.id)
}

/** Conversations that came one second after the other. */
async function oneAfterAnother(company: Company, count: number): Promise<Talk[]> {
  const talks: Talk[] = []
  for (let index = 0; index < count; index++) {
    talks.push(await company.waiting())
    instance().clock.advance(second)
  }
  return talks
}

const idsOf = (...talks: (Talk | undefined)[]) => talks.map((talk) => talk?.id)

describe('The order of the queue', () => {
  test('is by priority, then by the time of the request', async () => {
    const company = await newCompany(instance())
    const [first, urgent, last, low] = await oneAfterAnother(company, 4)
    if (urgent === undefined || low === undefined) throw new Error('Four were asked for.')
    await eventsEqualState(urgent, () => company.core.queue.prioritise(company.ada, urgent.id, 'high'))
    await eventsEqualState(low, () => company.core.queue.request(low.visitor, low.id, { priority: 'low' }))
    expect(await inOrder(company)).toEqual(idsOf(urgent, first, last, low))
    const next = await company.core.queue.claimNext(company.ada)
    expect(next?.conversation.id).toBe(urgent.id)
  })

  test('shows each its position, which counts those ahead in all priorities', async () => {
    const company = await newCompany(instance())
    const [first, middle, last] = await oneAfterAnother(company, 3)
    if (last === undefined) throw new Error('Three were asked for.')
    const positions = async () =>
      Promise.all([first, middle, last].map(async (talk) => (await talk?.view())?.queue?.position))
    expect(await positions()).toEqual([1, 2, 3])
    await company.core.queue.prioritise(company.ada, last.id, 'high')
    expect(await positions()).toEqual([2, 3, 1])
    await company.core.queue.claimNext(company.ada)
    expect(await positions()).toEqual([1, 2, undefined])
  })

  test('is given page by page without a gap', async () => {
    const company = await newCompany(instance())
    const talks = await oneAfterAnother(company, 7)
    const paged: string[] = []
    for (let after: string | undefined, more = true; more; ) {
      const { entries, next, size } = await company.core.queue.list(company.viewer, { limit: 3, after })
      expect(size).toBe(7)
      paged.push(...entries.map(({ view }) => view.conversation.id))
      after = next ?? undefined
      more = next !== null
    }
    expect(paged).toEqual(idsOf(...talks))
  })

  test('of one app knows nothing of another', async () => {
    const [company, other] = await Promise.all([newCompany(instance()), newCompany(instance())])
    await other.waiting()
    const talk = await company.waiting()
    expect((await talk.view()).queue?.position).toBe(1)
    expect(await inOrder(company)).toEqual([talk.id])
    expect(await other.core.queue.claimNext(other.ada)).toMatchObject({
      queue: null,
      assignee: { name: 'Ada' },
    })
    expect(await other.core.queue.claimNext(other.ada)).toBeNull()
    expect(await inOrder(company)).toEqual([talk.id])
  })
})

describe('A conversation that goes back', () => {
  test('by a release keeps its waiting time and its place before later ones', async () => {
    const company = await newCompany(instance())
    const [first, later] = await oneAfterAnother(company, 2)
    if (first === undefined) throw new Error('Two were asked for.')
    const { requestedAt } = (await first.view()).queue ?? {}
    await company.core.queue.claim(company.ada, first.id)
    instance().clock.advance(60 * second)
    await eventsEqualState(first, () => company.core.queue.release(company.ada, first.id))
    expect((await first.view()).queue).toMatchObject({ requestedAt, position: 1 })
    expect(await inOrder(company)).toEqual(idsOf(first, later))
  })

  test('by a transfer takes the reason and the priority that were given', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const transfer = { priority: 'high', reason: ' refund ' } as const
    await eventsEqualState(talk, () => company.core.queue.transfer(company.ada, talk.id, transfer))
    const { entries } = await company.core.queue.list(company.viewer, { limit: 5 })
    expect(entries).toMatchObject([{ entry: { reason: 'refund', priority: 0 }, position: 1 }])
  })

  test('in a later round does not bring its old waiting time along', async () => {
    const company = await newCompany(instance())
    const talk = await company.closed()
    instance().clock.advance(3_600 * second)
    await eventsEqualState(talk, () => talk.say(talk.visitor, 'again'))
    await company.core.queue.claim(company.ada, talk.id)
    instance().clock.advance(second)
    await company.core.queue.release(company.ada, talk.id)
    expect((await talk.view()).queue?.requestedAt).toBe(instance().clock.now() - second)
  })
})

describe('A transfer to a named agent', () => {
  test('assigns directly, past those who wait', async () => {
    const company = await newCompany(instance())
    const [, talk] = await oneAfterAnother(company, 2)
    if (talk === undefined) throw new Error('Two were asked for.')
    await eventsEqualState(talk, () =>
      company.core.queue.transfer(company.ada, talk.id, { agentId: company.bob.agent.id }),
    )
    expect(await talk.view()).toMatchObject({ assignee: { name: 'Bob' }, queue: null })
  })

  test('refuses somebody who only reads, somebody of another app, and somebody unknown', async () => {
    const [company, other] = await Promise.all([newCompany(instance()), newCompany(instance())])
    const talk = await company.served()
    const to = (agentId: string) => () =>
      refusal(company.core.queue.transfer(company.ada, talk.id, { agentId }))
    expect(await changesNothing(talk, to(company.viewer.agent.id))).toMatchObject({ code: 'conflict' })
    expect(await changesNothing(talk, to(other.ada.agent.id))).toMatchObject({ code: 'not_found' })
    expect(await changesNothing(talk, to('agt_nobody'))).toMatchObject({ code: 'not_found' })
  })
})

describe('Only an agent', () => {
  test('can claim: a server and the operator are told to name one', async () => {
    const company = await newCompany(instance())
    const talk = await company.waiting()
    for (const principal of [company.server, company.operator]) {
      await changesNothing(talk, () => refusal(company.core.queue.claim(principal, talk.id), 'conflict'))
      await changesNothing(talk, () => refusal(company.core.queue.claimNext(principal), 'conflict'))
    }
  })
})

describe('The estimate of a wait', () => {
  test('is unknown before the first claim, then a moving average less the time waited, and never below zero', async () => {
    const company = await newCompany(instance())
    const eta = async (talk: Talk) => (await talk.view()).queue?.etaSeconds
    const first = await company.waiting()
    expect(await eta(first)).toBeNull()
    instance().clock.advance(100 * second)
    await company.core.queue.claim(company.ada, first.id)

    const next = await company.waiting()
    expect(await eta(next)).toBe(100)
    instance().clock.advance(30 * second)
    expect(await eta(next)).toBe(70)
    instance().clock.advance(170 * second)
    expect(await eta(next)).toBe(0)
    await company.core.queue.claim(company.ada, next.id)

    const { entries } = await listWith(company)
    expect(entries).toMatchObject([{ etaSeconds: 110 }])
  })

  test('is one for each priority', async () => {
    const company = await newCompany(instance())
    const urgent = await company.waiting()
    await company.core.queue.prioritise(company.ada, urgent.id, 'high')
    instance().clock.advance(10 * second)
    await company.core.queue.claim(company.ada, urgent.id)
    expect((await (await company.waiting()).view()).queue?.etaSeconds).toBeNull()
  })

  async function listWith(company: Company) {
    await company.waiting()
    return company.core.queue.list(company.viewer, { limit: 5 })
  }
})
