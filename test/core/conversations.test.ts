import { describe, expect, test } from 'vitest'
import type { ConversationList } from '../../src/server/core/conversations/conversations.js'
import { eachDatabase } from '../helpers/databases.js'
import { until } from '../helpers/until.js'
import { newCompany } from './company.js'
import { refusal, sharedInstance } from './instance.js'
import { changesNothing, eventsEqualState } from './mirror.js'

eachDatabase('Conversations', (database) => {
  const instance = sharedInstance(database)

  test('are found by status, handler, assignee, tag, contact and text', async () => {
    const company = await newCompany(instance())
    const { core, ada, bob } = company
    const waiting = await company.waiting()
    const adas = await company.served(ada)
    const bobs = await company.served(bob)
    const closed = await company.closed(bob)
    await core.conversations.addTag(ada, adas.id, 'vip')
    await waiting.say(waiting.visitor, 'the parcel is late')
    await bobs.note('sent a parcel of flowers')
    const find = async (list: Omit<ConversationList, 'limit'>) => {
      const found = await core.conversations.list(ada, { ...list, limit: 10 })
      return found.map(({ conversation }) => conversation.id).toSorted()
    }
    const only = (...talks: { id: string }[]) => talks.map(({ id }) => id).toSorted()
    expect(await find({})).toEqual(only(waiting, adas, bobs, closed))
    expect(await find({ status: 'closed' })).toEqual(only(closed))
    expect(await find({ handler: 'queue' })).toEqual(only(waiting))
    expect(await find({ assignee: 'me' })).toEqual(only(adas))
    expect(await find({ assignee: bob.agent.id, status: 'open' })).toEqual(only(bobs))
    expect(await find({ assignee: 'none' })).toEqual(only(waiting))
    expect(await find({ tag: 'vip' })).toEqual(only(adas))
    expect(await find({ contact: closed.visitor.contact.id })).toEqual(only(closed))
    expect(await find({ contact: 'con_nobody' })).toEqual([])
    expect(await find({ text: 'parcel' })).toEqual(only(waiting, bobs))
    expect(await find({ text: 'parcel', handler: 'queue' })).toEqual(only(waiting))
    expect(await find({ text: 'nothing like it' })).toEqual([])
    await refusal(find({ assignee: 'agt_nobody' }), 'not_found')
  })

  test('are listed page by page, the newest first', async () => {
    const company = await newCompany(instance())
    const visitor = await company.visitor()
    const ids: string[] = []
    for (let count = 0; count < 5; count++) ids.unshift((await company.waiting(visitor)).id)
    const { conversations } = company.core
    const own = await conversations.listOwn(visitor, { limit: 3 })
    const rest = await conversations.listOwn(visitor, { limit: 3, beforeKey: own.at(-1)?.conversation.key })
    expect([...own, ...rest].map(({ conversation }) => conversation.id)).toEqual(ids)
  })

  test('change their subject, metadata and tags, and everybody hears of it', async () => {
    const company = await newCompany(instance())
    const { core, ada } = company
    const talk = await company.served()
    await eventsEqualState(talk, () => core.conversations.update(ada, talk.id, { subject: ' Refund ' }))
    await eventsEqualState(talk, () => core.conversations.update(ada, talk.id, { metadata: { order: 7 } }))
    await eventsEqualState(talk, () => core.conversations.addTag(ada, talk.id, 'vip'))
    await changesNothing(talk, () => core.conversations.addTag(ada, talk.id, 'vip'))
    expect(await core.conversations.tags(ada)).toEqual([{ tag: 'vip', count: 1 }])
    await eventsEqualState(talk, () => core.conversations.removeTag(ada, talk.id, 'vip'))
    await changesNothing(talk, () => refusal(core.conversations.removeTag(ada, talk.id, 'vip'), 'not_found'))
    await changesNothing(talk, () => refusal(core.conversations.addTag(ada, talk.id, ' '), 'invalid_request'))
    expect(await talk.view()).toMatchObject({
      conversation: { subject: 'Refund', metadata: { order: 7 } },
      tags: [],
    })
  })

  test('are exported whole, notes included', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    for (let count = 1; count <= 250; count++) await talk.say(talk.visitor, `${count}`)
    await talk.note('the end')
    const parts = []
    for await (const part of company.core.conversations.export(company.admin, talk.id)) parts.push(part)
    const [view, ...pages] = parts
    expect(view).toMatchObject({ conversation: { id: talk.id } })
    const bodies = pages.flat().map((message) => ('body' in message ? message.body : ''))
    expect(bodies).toEqual([...Array.from({ length: 250 }, (_, index) => `${index + 1}`), 'the end'])
  })
})

describe('Who watches a conversation', () => {
  const instance = sharedInstance()

  test('hears that the contact has another name, by an agent or by the visitor', async () => {
    const company = await newCompany(instance())
    const { core, ada, app } = company
    const talk = await company.served()
    const { contact, deviceId } = talk.visitor
    await eventsEqualState(talk, () => core.contacts.update(ada, contact.id, { name: 'Zoe' }))
    await eventsEqualState(talk, () =>
      core.visitors.recognise(app, deviceId, { email: 'zoe@company.example' }),
    )
    await changesNothing(talk, () => core.visitors.recognise(app, deviceId, { name: 'Zoe' }))
    expect((await talk.view()).contact).toMatchObject({ name: 'Zoe', email: 'zoe@company.example' })
  })

  test('hears that the contact was merged into another one', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const { id } = (await company.visitor('Zoe')).contact
    const { events } = instance()
    const mark = events.length
    await company.core.contacts.merge(company.admin, id, talk.visitor.contact.id)
    expect((await talk.view()).contact).toMatchObject({ id, name: 'Zoe' })
    const updates = () =>
      events
        .slice(mark)
        .filter((event) => event.type === 'conversation.updated' && event.view.contact?.id === id)
    await until('it is told', () => updates().length > 0)
    expect(updates()).toHaveLength(1)
  })
})

describe('The statistics', () => {
  const instance = sharedInstance()

  test('count what is there and average what is over', async () => {
    const company = await newCompany(instance())
    const { core, ada, viewer } = company
    const done = await company.waiting()
    await done.say(done.visitor, 'hi')
    instance().clock.advance(30_000)
    await core.queue.claim(ada, done.id)
    instance().clock.advance(10_000)
    await done.say(ada, 'hello')
    instance().clock.advance(20_000)
    await core.lifecycle.close(ada, done.id)
    await core.lifecycle.rate(done.visitor, done.id, 4)
    await company.waiting()
    instance().clock.advance(5_000)
    const urgent = await company.waiting()
    await core.queue.prioritise(ada, urgent.id, 'high')
    await company.served()
    await company.snoozed()
    expect(await core.stats.of(viewer)).toMatchObject({
      conversations: { open: 3, queue: 2, agent: 1, snoozed: 1, closed: 1, bot: 0 },
      queue: { size: 2, high: 1, normal: 1, low: 0, longestWaitSeconds: 5 },
      averages: { waitingSeconds: 30, firstReplySeconds: 40, durationSeconds: 60, rating: 4 },
    })
  })

  test('of a new app are empty, not wrong', async () => {
    const company = await newCompany(instance())
    expect(await company.core.stats.of(company.viewer)).toMatchObject({
      queue: { size: 0, longestWaitSeconds: 0 },
      averages: { waitingSeconds: null, firstReplySeconds: null, durationSeconds: null, rating: null },
    })
  })
})
