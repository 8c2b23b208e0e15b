import { describe, expect, test } from 'vitest'
import { type Company, newCompany, type Talk } from './company.js'
import { refusal, sharedInstance } from './instance.js'
import { changesNothing, eventsEqualState } from './mirror.js'

const instance = sharedInstance()
const hour = 3_600_000
const day = 24 * hour

type Act = (company: Company, talk: Talk) => Promise<unknown>

const states: Record<string, (company: Company) => Promise<Talk>> = {
  'one that waits': (company) => company.waiting(),
  'one that Ada serves': (company) => company.served(company.ada),
  'a snoozed one of Ada': (company) => company.snoozed(hour),
  'a snoozed one that waited': async (company) => {
    const talk = await company.waiting()
    await company.core.lifecycle.snooze(company.ada, talk.id, instance().clock.now() + hour)
    return talk
  },
  'a closed one of Ada': (company) => company.closed(company.ada),
}

const snoozeBy = (company: Company, talk: Talk) =>
  company.core.lifecycle.snooze(company.ada, talk.id, instance().clock.now() + 2 * hour)

const acts: Record<string, Act> = {
  'Ada claims': ({ core, ada }, { id }) => core.queue.claim(ada, id),
  'Bob claims': ({ core, bob }, { id }) => core.queue.claim(bob, id),
  'Ada releases': ({ core, ada }, { id }) => core.queue.release(ada, id),
  'Bob releases': ({ core, bob }, { id }) => core.queue.release(bob, id),
  'an admin releases': ({ core, admin }, { id }) => core.queue.release(admin, id),
  'Ada transfers to Bob': ({ core, ada, bob }, { id }) =>
    core.queue.transfer(ada, id, { agentId: bob.agent.id }),
  'Ada transfers to the queue': ({ core, ada }, { id }) =>
    core.queue.transfer(ada, id, { reason: 'billing' }),
  'Bob transfers to himself': ({ core, bob }, { id }) =>
    core.queue.transfer(bob, id, { agentId: bob.agent.id }),
  'the visitor asks for a person': ({ core }, { id, visitor }) => core.queue.request(visitor, id, {}),
  'Ada closes': ({ core, ada }, { id }) => core.lifecycle.close(ada, id),
  'the visitor closes': ({ core }, { id, visitor }) => core.lifecycle.close(visitor, id),
  'Ada reopens': ({ core, ada }, { id }) => core.lifecycle.reopen(ada, id),
  'Bob reopens': ({ core, bob }, { id }) => core.lifecycle.reopen(bob, id),
  'a server reopens': ({ core, server }, { id }) => core.lifecycle.reopen(server, id),
  'Ada snoozes': snoozeBy,
  'the visitor rates': ({ core }, { id, visitor }) => core.lifecycle.rate(visitor, id, 4),
  'the visitor writes': (_, talk) => talk.say(talk.visitor, 'one more thing'),
  'Ada writes': ({ ada }, talk) => talk.say(ada, 'let me see'),
  'Bob writes': ({ bob }, talk) => talk.say(bob, 'let me see'),
  'a server writes': ({ server }, talk) => talk.say(server, 'your order has left'),
  'Ada takes a note': (_, talk) => talk.note('calls back at six'),
  'Ada makes it urgent': ({ core, ada }, { id }) => core.queue.prioritise(ada, id, 'high'),
}

/** What each act leads to, state by state: status, handler and assignee, or the refusal. */
const transitions: Record<string, Record<string, string>> = {
  'one that waits': {
    'Ada claims': 'open agent Ada',
    'Bob claims': 'open agent Bob',
    'Ada releases': 'conflict',
    'Bob releases': 'conflict',
    'an admin releases': 'conflict',
    'Ada transfers to Bob': 'open agent Bob',
    'Ada transfers to the queue': 'open queue',
    'Bob transfers to himself': 'open agent Bob',
    'the visitor asks for a person': 'open queue',
    'Ada closes': 'closed',
    'the visitor closes': 'closed',
    'Ada reopens': 'conflict',
    'Bob reopens': 'conflict',
    'a server reopens': 'conflict',
    'Ada snoozes': 'snoozed queue',
    'the visitor rates': 'conflict',
    'the visitor writes': 'open queue',
    'Ada writes': 'open agent Ada',
    'Bob writes': 'open agent Bob',
    'a server writes': 'open queue',
    'Ada takes a note': 'open queue',
    'Ada makes it urgent': 'open queue',
  },
  'one that Ada serves': {
    'Ada claims': 'open agent Ada',
    'Bob claims': 'conflict',
    'Ada releases': 'open queue',
    'Bob releases': 'forbidden',
    'an admin releases': 'open queue',
    'Ada transfers to Bob': 'open agent Bob',
    'Ada transfers to the queue': 'open queue',
    'Bob transfers to himself': 'forbidden',
    'the visitor asks for a person': 'conflict',
    'Ada closes': 'closed Ada',
    'the visitor closes': 'closed Ada',
    'Ada reopens': 'conflict',
    'Bob reopens': 'conflict',
    'a server reopens': 'conflict',
    'Ada snoozes': 'snoozed agent Ada',
    'the visitor rates': 'conflict',
    'the visitor writes': 'open agent Ada',
    'Ada writes': 'open agent Ada',
    'Bob writes': 'open agent Ada',
    'a server writes': 'open agent Ada',
    'Ada takes a note': 'open agent Ada',
    'Ada makes it urgent': 'open agent Ada',
  },
  'a snoozed one of Ada': {
    'Ada claims': 'snoozed agent Ada',
    'Bob claims': 'conflict',
    'Ada releases': 'open queue',
    'Bob releases': 'forbidden',
    'an admin releases': 'open queue',
    'Ada transfers to Bob': 'open agent Bob',
    'Ada transfers to the queue': 'open queue',
    'Bob transfers to himself': 'forbidden',
    'the visitor asks for a person': 'conflict',
    'Ada closes': 'closed Ada',
    'the visitor closes': 'closed Ada',
    'Ada reopens': 'open agent Ada',
    'Bob reopens': 'open agent Ada',
    'a server reopens': 'open agent Ada',
    'Ada snoozes': 'snoozed agent Ada',
    'the visitor rates': 'conflict',
    'the visitor writes': 'open agent Ada',
    'Ada writes': 'snoozed agent Ada',
    'Bob writes': 'snoozed agent Ada',
    'a server writes': 'snoozed agent Ada',
    'Ada takes a note': 'snoozed agent Ada',
    'Ada makes it urgent': 'snoozed agent Ada',
  },
  'a snoozed one that waited': {
    'Ada claims': 'open agent Ada',
    'Bob claims': 'open agent Bob',
    'Ada releases': 'conflict',
    'Bob releases': 'conflict',
    'an admin releases': 'conflict',
    'Ada transfers to Bob': 'open agent Bob',
    'Ada transfers to the queue': 'open queue',
    'Bob transfers to himself': 'open agent Bob',
    'the visitor asks for a person': 'open queue',
    'Ada closes': 'closed',
    'the visitor closes': 'closed',
    'Ada reopens': 'open agent Ada',
    'Bob reopens': 'open agent Bob',
    'a server reopens': 'open queue',
    'Ada snoozes': 'snoozed queue',
    'the visitor rates': 'conflict',
    'the visitor writes': 'open queue',
    'Ada writes': 'open agent Ada',
    'Bob writes': 'open agent Bob',
    'a server writes': 'snoozed queue',
    'Ada takes a note': 'snoozed queue',
    'Ada makes it urgent': 'snoozed queue',
  },
  'a closed one of Ada': {
    'Ada claims': 'conflict',
    'Bob claims': 'conflict',
    'Ada releases': 'conflict',
    'Bob releases': 'conflict',
    'an admin releases': 'conflict',
    'Ada transfers to Bob': 'conflict',
    'Ada transfers to the queue': 'conflict',
    'Bob transfers to himself': 'conflict',
    'the visitor asks for a person': 'conflict',
    'Ada closes': 'conflict',
    'the visitor closes': 'conflict',
    'Ada reopens': 'open agent Ada',
    'Bob reopens': 'open agent Bob',
    'a server reopens': 'open queue',
    'Ada snoozes': 'conflict',
    'the visitor rates': 'closed Ada',
    'the visitor writes': 'open queue',
    'Ada writes': 'conflict',
    'Bob writes': 'conflict',
    'a server writes': 'conflict',
    'Ada takes a note': 'closed Ada',
    'Ada makes it urgent': 'closed Ada',
  },
}

describe.each(Object.entries(transitions))('With %s,', (state, outcomes) => {
  test('every act has its outcome in the table', () => {
    expect(Object.keys(outcomes)).toEqual(Object.keys(acts))
  })

  test.each(Object.entries(outcomes))('when %s the outcome is: %s', async (name, outcome) => {
    const company = await newCompany(instance())
    const talk = await states[state]?.(company)
    const act = acts[name]
    if (talk === undefined || act === undefined) throw new Error('The table names what is not there.')
    if (outcome === 'conflict' || outcome === 'forbidden') {
      await changesNothing(talk, () => refusal(act(company, talk), outcome))
    } else {
      await eventsEqualState(talk, () => act(company, talk))
      expect(await standing(talk)).toBe(outcome)
      await queueAgrees(talk)
    }
  })
})

async function standing(talk: Talk): Promise<string> {
  const { conversation, assignee } = await talk.view()
  return [conversation.status, conversation.handler, assignee?.name].filter(Boolean).join(' ')
}

/** The queue holds what is open and waits, and nothing else. */
async function queueAgrees(talk: Talk): Promise<void> {
  const { conversation } = await talk.view()
  const { entries, size } = await talk.company.core.queue.list(talk.company.viewer, { limit: 10 })
  const waits = conversation.status === 'open' && conversation.handler === 'queue'
  expect(entries.map(({ view }) => view.conversation.id)).toEqual(waits ? [talk.id] : [])
  expect(size).toBe(waits ? 1 : 0)
}

describe('A conversation', () => {
  test('begins in the queue with its visitor, and is found again instead of begun twice', async () => {
    const company = await newCompany(instance())
    const { core } = company
    const visitor = await company.visitor('Zoe')
    const first = await core.conversations.start(visitor, { metadata: { page: '/prices' } })
    const second = await core.conversations.start(visitor, {})
    expect(first).toMatchObject({
      created: true,
      view: { contact: { name: 'Zoe' }, queue: { position: 1, priority: 1 }, assignee: null },
    })
    expect(first.view.conversation).toMatchObject({
      status: 'open',
      handler: 'queue',
      metadata: { page: '/prices' },
    })
    expect(second).toMatchObject({
      created: false,
      view: { conversation: { id: first.view.conversation.id } },
    })
  })

  test('is begun once when a device asks for it ten times at once', async () => {
    const company = await newCompany(instance())
    const visitor = await company.visitor()
    const started = await Promise.all(
      Array.from({ length: 10 }, () => company.core.conversations.start(visitor, {})),
    )
    expect(started.filter(({ created }) => created)).toHaveLength(1)
    expect(new Set(started.map(({ view }) => view.conversation.id)).size).toBe(1)
  })

  test('is begun anew when the visitor asks for a new one', async () => {
    const company = await newCompany(instance())
    const visitor = await company.visitor()
    const first = await company.waiting(visitor)
    const second = await company.waiting(visitor)
    expect(second.id).not.toBe(first.id)
  })

  test('that is closed is not the visitor’s open one', async () => {
    const company = await newCompany(instance())
    const talk = await company.closed()
    const { created } = await company.core.conversations.start(talk.visitor, {})
    expect(created).toBe(true)
  })
})

describe('A visitor who writes to a closed conversation', () => {
  test('reopens it to the last moment of the window', async () => {
    const company = await newCompany(instance())
    const talk = await company.closed()
    instance().clock.advance(7 * day)
    const message = await eventsEqualState(talk, () => talk.say(talk.visitor, 'it broke again'))
    expect(message.conversationId).toBe(talk.id)
    expect(await standing(talk)).toBe('open queue')
  })

  test('goes on in a new one after the window, and the old one stays closed', async () => {
    const company = await newCompany(instance())
    const talk = await company.closed()
    instance().clock.advance(7 * day + 1)
    const before = await talk.view()
    const message = await talk.say(talk.visitor, 'hello again')
    expect(message).toMatchObject({ sequence: 1, body: 'hello again' })
    expect(message.conversationId).not.toBe(talk.id)
    expect(await talk.view()).toEqual(before)
    expect(await talk.history()).toEqual([])
  })

  test('finds the new one again when the message is sent twice, also after that was closed', async () => {
    const company = await newCompany(instance())
    const { core } = company
    const talk = await company.closed()
    instance().clock.advance(8 * day)
    const input = { localId: 'late', body: 'hello again' }
    const [first, second] = await Promise.all([
      core.messages.post(talk.visitor, talk.id, input),
      core.messages.post(talk.visitor, talk.id, input),
    ])
    await core.lifecycle.close(company.ada, first.message.conversationId)
    const third = await core.messages.post(talk.visitor, talk.id, input)
    expect([first.created, second.created, third.created].filter(Boolean)).toEqual([true])
    expect(new Set([first, second, third].map(({ message }) => message.id)).size).toBe(1)
    expect(await core.conversations.listOwn(talk.visitor, { limit: 10 })).toHaveLength(2)
  })

  test('finds the window that the app has set', async () => {
    const company = await newCompany(instance())
    const app = await company.core.apps.update(company.owner, { settings: { reopenWindowDays: 1 } })
    const talk = await company.closed()
    instance().clock.advance(2 * day)
    const { message } = await company.core.messages.post({ ...talk.visitor, app }, talk.id, {
      localId: 'a',
      body: 'hi',
    })
    expect(message.conversationId).not.toBe(talk.id)
  })
})

describe('A snoozed conversation', () => {
  test('wakes when its time has come, and not before', async () => {
    const company = await newCompany(instance())
    const talk = await company.snoozed(hour)
    instance().clock.advance(hour - 1)
    await company.core.lifecycle.wakeDue()
    expect(await standing(talk)).toBe('snoozed agent Ada')
    instance().clock.advance(1)
    expect(await eventsEqualState(talk, () => company.core.lifecycle.wakeDue())).toBe(1)
    expect(await standing(talk)).toBe('open agent Ada')
    expect(await company.core.lifecycle.wakeDue()).toBe(0)
  })

  test('comes back into the queue with its old waiting time', async () => {
    const company = await newCompany(instance())
    const talk = await company.waiting()
    const requestedAt = (await talk.view()).queue?.requestedAt
    await company.core.lifecycle.snooze(company.ada, talk.id, instance().clock.now() + hour)
    instance().clock.advance(hour)
    await eventsEqualState(talk, () => company.core.lifecycle.wakeDue())
    expect((await talk.view()).queue?.requestedAt).toBe(requestedAt)
  })

  test('cannot be snoozed into the past', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const now = instance().clock.now()
    await changesNothing(talk, () =>
      refusal(company.core.lifecycle.snooze(company.ada, talk.id, now), 'invalid_request'),
    )
  })
})

describe('Closing', () => {
  test('records who wrote how much, how long it waited, and how long it took', async () => {
    const company = await newCompany(instance())
    const { core, ada, bob, server } = company
    const talk = await company.waiting()
    await talk.say(talk.visitor, 'hello?')
    instance().clock.advance(20_000)
    await core.queue.claim(ada, talk.id)
    instance().clock.advance(10_000)
    await talk.say(ada, 'hi')
    await talk.note('not counted')
    await talk.say(server, 'by the shop')
    await core.queue.transfer(ada, talk.id, { agentId: bob.agent.id })
    await talk.say(company.operator, 'moved')
    instance().clock.advance(30_000)
    await eventsEqualState(talk, () => core.lifecycle.close(bob, talk.id, 'solved'))
    expect((await talk.view()).conversation.summary).toEqual({
      messages: { contact: 1, agent: 2, bot: 0, system: 1 },
      waitingSeconds: 20,
      firstReplySeconds: 30,
      totalSeconds: 60,
      transferred: true,
      rating: null,
    })
  })

  test('counts a reopened round by itself, with the message that reopened it', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    await talk.say(talk.visitor, 'one')
    await talk.say(company.ada, 'two')
    await company.core.lifecycle.close(company.ada, talk.id)
    instance().clock.advance(hour)
    await talk.say(talk.visitor, 'three')
    instance().clock.advance(5_000)
    await company.core.queue.claim(company.bob, talk.id)
    await company.core.lifecycle.close(company.bob, talk.id)
    expect((await talk.view()).conversation).toMatchObject({
      closings: 2,
      summary: {
        messages: { contact: 1, agent: 0 },
        waitingSeconds: 5,
        firstReplySeconds: null,
        totalSeconds: 5,
        transferred: false,
      },
    })
  })

  test('takes one rating, and another one after the next closing', async () => {
    const company = await newCompany(instance())
    const { lifecycle } = company.core
    const talk = await company.closed()
    await eventsEqualState(talk, () => lifecycle.rate(talk.visitor, talk.id, 5, 'quick'))
    await changesNothing(talk, () => refusal(lifecycle.rate(talk.visitor, talk.id, 1), 'conflict'))
    await talk.say(talk.visitor, 'wait')
    await lifecycle.close(company.ada, talk.id)
    await eventsEqualState(talk, () => lifecycle.rate(talk.visitor, talk.id, 2))
    expect((await talk.view()).conversation.summary?.rating).toBe(2)
  })

  test('takes exactly one of many ratings at once', async () => {
    const company = await newCompany(instance())
    const talk = await company.closed()
    const rated = await Promise.allSettled(
      [1, 2, 3, 4, 5].map((score) => company.core.lifecycle.rate(talk.visitor, talk.id, score)),
    )
    expect(rated.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test.each([0, 6, 2.5, Number.NaN])('refuses a rating of %s', async (score) => {
    const company = await newCompany(instance())
    const talk = await company.closed()
    await changesNothing(talk, () =>
      refusal(company.core.lifecycle.rate(talk.visitor, talk.id, score), 'invalid_request'),
    )
  })
})

describe('An agent who reopens', () => {
  test('does not count as a short wait in the estimate', async () => {
    const company = await newCompany(instance())
    const { core, ada } = company
    const talk = await company.waiting()
    instance().clock.advance(100_000)
    await core.queue.claim(ada, talk.id)
    await core.lifecycle.close(ada, talk.id)
    await core.lifecycle.reopen(ada, talk.id)
    const other = await company.waiting()
    expect((await other.view()).queue?.etaSeconds).toBe(100)
  })
})
