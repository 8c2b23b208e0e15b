import { expect, test } from 'vitest'
import type { AgentPrincipal } from '../../src/server/core/principal.js'
import { eachDatabase } from '../helpers/databases.js'
import { atMost } from './at-most.js'
import { type Company, newCompany, type Talk } from './company.js'
import { refusal, sharedInstance } from './instance.js'

eachDatabase('The queue of many agents', (database) => {
  const instance = sharedInstance(database)

  test('gives each of 1,000 conversations that four agents claim at once to exactly one, and tells the others whom', async () => {
    const company = await newCompany(instance())
    const agents = await fourAgents(company)
    const talks = await waitingTalks(company, 1_000)
    const attempts = talks.flatMap((talk) => agents.map((agent) => () => attempt(company, agent, talk)))
    const outcomes = await atMost(64, attempts)

    const winners = new Map<string, string[]>()
    for (const { talk, winner } of outcomes) winners.set(talk.id, [...(winners.get(talk.id) ?? []), winner])
    expect(winners.size).toBe(1_000)
    expect([...winners.values()].filter((named) => new Set(named).size !== 1)).toEqual([])
    expect(outcomes.filter(({ won }) => won)).toHaveLength(1_000)

    const assignees = await Promise.all(
      talks.slice(0, 50).map(async (talk) => (await talk.view()).assignee?.id),
    )
    expect(assignees).toEqual(talks.slice(0, 50).map((talk) => winners.get(talk.id)?.[0]))
    expect(await company.core.queue.list(company.viewer, { limit: 1 })).toMatchObject({
      entries: [],
      size: 0,
    })
    const removals = instance().events.filter(
      (event) => event.type === 'queue.changed' && event.removed.length > 0,
    )
    expect(removals).toHaveLength(1_000)
  }, 300_000)

  test('gives the head to each of many who ask for the next one, and nothing to those who come too late', async () => {
    const company = await newCompany(instance())
    const agents = await fourAgents(company)
    const talks = await waitingTalks(company, 40)
    const requests = Array.from({ length: 48 }, (_, index) => agents[index % agents.length] ?? company.ada)
    const given = await Promise.all(requests.map((agent) => company.core.queue.claimNext(agent)))
    const ids = given.flatMap((view) => (view === null ? [] : [view.conversation.id]))
    expect(ids.toSorted()).toEqual(talks.map(({ id }) => id).toSorted())
    expect(given.filter((view) => view === null)).toHaveLength(8)
  })

  test('keeps its size, its order and its positions right while all come and go at once', async () => {
    const company = await newCompany(instance())
    const { core, ada, bob } = company
    const talks = await waitingTalks(company, 60)
    await Promise.all(
      talks.map(async (talk, index) => {
        if (index % 5 === 1) await core.queue.claim(ada, talk.id)
        if (index % 5 === 2) await core.queue.prioritise(bob, talk.id, 'high')
        if (index % 5 === 3) await core.lifecycle.close(talk.visitor, talk.id)
        if (index % 5 === 4) {
          await core.queue.claim(bob, talk.id)
          await core.queue.release(bob, talk.id)
        }
      }),
    )
    const { entries, size } = await core.queue.list(company.viewer, { limit: 200 })
    expect(entries).toHaveLength(36)
    expect(size).toBe(36)
    expect(entries.map(({ position }) => position)).toEqual(entries.map((_, index) => index + 1))
    expect(entries.map(({ entry }) => entry.priority)).toEqual([...Array(12).fill(0), ...Array(24).fill(1)])
    const views = await Promise.all(
      entries.map(({ view }) => core.conversations.get(ada, view.conversation.id)),
    )
    expect(views.map(({ queue }) => queue?.position)).toEqual(entries.map((_, index) => index + 1))
    const changes = instance().events.filter(
      (event) => event.type === 'queue.changed' && event.appKey === company.app.key,
    )
    const numbers = changes.map((event) => ('change' in event ? event.change : 0))
    expect(numbers.toSorted((first, second) => first - second)).toEqual(numbers.map((_, index) => index + 1))
  })
})

async function fourAgents(company: Company): Promise<AgentPrincipal[]> {
  return [company.ada, company.bob, await company.agent('Cleo'), await company.agent('Dan')]
}

async function waitingTalks(company: Company, count: number): Promise<Talk[]> {
  const visitor = await company.visitor()
  return atMost(
    64,
    Array.from({ length: count }, () => () => company.waiting(visitor)),
  )
}

/** Whom a claim made the winner, or named as one. */
async function attempt(company: Company, agent: AgentPrincipal, talk: Talk) {
  const claim = company.core.queue.claim(agent, talk.id)
  const [settled] = await Promise.allSettled([claim])
  if (settled.status === 'fulfilled') return { talk, won: true, winner: agent.agent.id }
  const { message, extras } = await refusal(claim, 'conflict')
  expect(message).toContain(extras.assignee?.name)
  return { talk, won: false, winner: extras.assignee?.id ?? 'nobody' }
}
