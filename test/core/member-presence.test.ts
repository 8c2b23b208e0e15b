import { describe, expect, test, vi } from 'vitest'
import type { DomainEvent } from '../../src/server/core/events.js'
import type { Member } from '../../src/server/core/principal.js'
import { eachDatabase } from '../helpers/databases.js'
import { until } from '../helpers/until.js'
import { type Company, newCompany } from './company.js'
import { refusal, sharedInstance, type TestInstance } from './instance.js'

/** A user whom the host has made known. */
async function memberOf({ core, app, server }: Company, userId: string): Promise<Member> {
  await core.directory.sync(app, { externalUserId: userId, name: userId })
  return core.directory.actingFor(server, userId)
}

const membersOf = (company: Company, ...userIds: string[]) =>
  Promise.all(userIds.map((userId) => memberOf(company, userId)))

/** What was told of this company, of one kind. */
const told = <Type extends DomainEvent['type']>(company: Company, type: Type) =>
  company.instance.events.filter(
    (event): event is Extract<DomainEvent, { type: Type }> =>
      event.type === type &&
      ('conversation' in event ? event.conversation.appKey : event.appKey) === company.app.key,
  )

const comings = (company: Company, count: number) =>
  until(`${count} comings and goings`, () => {
    const events = told(company, 'presence.changed')
    return events.length >= count && events
  })

/** So long that somebody whose last connection ended is offline. */
const pastLinger = ({ clock }: TestInstance) => clock.advance(10_000)

eachDatabase('Presence of members', (database) => {
  const instance = sharedInstance(database)

  test('is told once, to those of their conversations, with the name that the host gave', async () => {
    const company = await newCompany(instance())
    const { presence, members } = company.core
    const [zoe, max] = await membersOf(company, 'zoe', 'max')
    if (zoe === undefined || max === undefined) throw new Error('Somebody is missing.')
    const { view } = await members.begin(zoe, { kind: 'direct', userIds: ['max'] })
    await presence.memberConnected(zoe, 'one')
    await presence.memberConnected(zoe, 'two')
    await presence.memberConnected(max, 'three')
    const events = await comings(company, 2)
    expect(events.find(({ externalId }) => externalId === 'zoe')).toMatchObject({
      subject: 'contact',
      id: zoe.contact.id,
      externalId: 'zoe',
      name: 'zoe',
      online: true,
      conversationKeys: [view.conversation.key],
      at: instance().clock.now(),
    })
    expect(events.find(({ externalId }) => externalId === 'max')).toMatchObject({ online: true })
    expect(told(company, 'presence.changed')).toHaveLength(2)
  })

  test('ends ten seconds after the last of two connections at the latest, and not before', async () => {
    const company = await newCompany(instance())
    const { presence } = company.core
    const [zoe, max] = await membersOf(company, 'zoe', 'max')
    if (zoe === undefined || max === undefined) throw new Error('Somebody is missing.')
    await presence.memberConnected(zoe, 'one')
    await presence.memberConnected(zoe, 'two')
    await presence.memberDisconnected(zoe, 'one')
    pastLinger(instance())
    expect(await presence.presenceOf(max, ['zoe'])).toMatchObject([{ online: true }])
    const ended = instance().clock.now()
    await presence.memberDisconnected(zoe, 'two')
    pastLinger(instance())
    const events = await comings(company, 2)
    expect(events[1]).toMatchObject({ externalId: 'zoe', online: false, at: ended })
    expect(await presence.presenceOf(max, ['zoe'])).toEqual([
      { userId: 'zoe', online: false, lastSeenAt: ended },
    ])
    const contact = await company.core.directory.user(company.app, 'zoe')
    expect(contact.lastSeenAt).toBe(ended)
  })

  test('goes on over a reload of the page', async () => {
    const company = await newCompany(instance())
    const { presence } = company.core
    const zoe = await memberOf(company, 'zoe')
    await presence.memberConnected(zoe, 'before')
    await presence.memberDisconnected(zoe, 'before')
    instance().clock.advance(4_000)
    await presence.memberConnected(zoe, 'after')
    pastLinger(instance())
    await comings(company, 1)
    expect(await presence.presenceOf(zoe, ['zoe'])).toMatchObject([{ online: true }])
    expect(told(company, 'presence.changed')).toHaveLength(1)
  })

  test('of a connection that ends before it has begun is not for ever', async () => {
    const company = await newCompany(instance())
    const { presence } = company.core
    const zoe = await memberOf(company, 'zoe')
    const connecting = presence.memberConnected(zoe, 'short')
    await Promise.all([connecting, presence.memberDisconnected(zoe, 'short')])
    pastLinger(instance())
    expect((await comings(company, 2)).map(({ online }) => online)).toEqual([true, false])
    expect(await presence.presenceOf(zoe, ['zoe'])).toMatchObject([{ online: false }])
  })

  test('remembers the last sign of life without a write or a read', async () => {
    const company = await newCompany(instance())
    const { presence } = company.core
    const zoe = await memberOf(company, 'zoe')
    await presence.memberConnected(zoe, 'one')
    await comings(company, 1)
    const transaction = vi.spyOn(instance().context.store, 'transaction')
    const read = vi.spyOn(instance().context.store.read.contacts, 'byKey')
    for (let ping = 0; ping < 50; ping++) {
      instance().clock.advance(1_000)
      presence.memberActive(zoe)
    }
    expect(transaction).not.toHaveBeenCalled()
    expect(read).not.toHaveBeenCalled()
    transaction.mockRestore()
    read.mockRestore()
    const lastPing = instance().clock.now()
    instance().clock.advance(20_000)
    expect(await presence.presenceOf(zoe, ['zoe'])).toEqual([
      { userId: 'zoe', online: true, lastSeenAt: lastPing },
    ])
    const contact = await company.core.directory.user(company.app, 'zoe')
    expect(contact.lastSeenAt).toBeNull()
  })

  test('is answered for up to 1,000 users in few reads, in the order asked, and refused for 1,001', async () => {
    const company = await newCompany(instance())
    const { presence, directory } = company.core
    const userIds = Array.from({ length: 999 }, (_, index) => `user-${index}`)
    const users = userIds.map((externalUserId) => ({ externalUserId, name: externalUserId }))
    await directory.syncMany(company.app, users)
    const zoe = await memberOf(company, 'zoe')
    await presence.memberConnected(zoe, 'one')
    const read = vi.spyOn(instance().context.store.read.members, 'byExternalIds')
    const asked = [...userIds.toReversed(), 'zoe']
    const answers = await presence.presenceOf(zoe, asked)
    expect(read.mock.calls.length).toBeLessThanOrEqual(2)
    read.mockRestore()
    expect(answers.map(({ userId }) => userId)).toEqual(asked)
    expect(answers.filter(({ online }) => online)).toEqual([
      { userId: 'zoe', online: true, lastSeenAt: instance().clock.now() },
    ])
    await refusal(presence.presenceOf(zoe, [...asked, 'one more']), 'invalid_request')
  })

  test('says of nobody more than that they are not here who are in another app, unknown or deleted', async () => {
    const [company, other] = [await newCompany(instance()), await newCompany(instance())]
    const { presence, directory } = company.core
    const zoe = await memberOf(company, 'zoe')
    const stranger = await memberOf(other, 'stranger')
    await presence.memberConnected(stranger, 'one')
    await memberOf(company, 'gone')
    await directory.remove(company.app, 'gone')
    const ids = ['stranger', 'nobody', 'gone', 'nobody', '', 'z\u0000oe', '\ud800']
    expect(await presence.presenceOf(zoe, ids)).toEqual(
      ids.map((userId) => ({ userId, online: false, lastSeenAt: null })),
    )
    await comings(other, 1)
    expect(told(company, 'presence.changed')).toEqual([])
  })

  test('of a conversation is that of those who are in it, and is for them alone', async () => {
    const company = await newCompany(instance())
    const { presence, members } = company.core
    const [zoe, max, eve] = await membersOf(company, 'zoe', 'max', 'eve')
    if (zoe === undefined || max === undefined || eve === undefined) throw new Error('Somebody is missing.')
    const { view } = await members.begin(zoe, { kind: 'group', userIds: ['max'], title: 'Two' })
    await presence.memberConnected(max, 'one')
    expect(await presence.presenceIn(zoe, view.conversation.id)).toEqual([
      { userId: 'zoe', online: false, lastSeenAt: null },
      { userId: 'max', online: true, lastSeenAt: instance().clock.now() },
    ])
    await refusal(presence.presenceIn(eve, view.conversation.id), 'not_found')
    const foreigner = await memberOf(await newCompany(instance()), 'zoe')
    await refusal(presence.presenceIn(foreigner, view.conversation.id), 'not_found')
  })

  test('of a support conversation is that of the customer and of the agent', async () => {
    const company = await newCompany(instance())
    const { presence, members, queue } = company.core
    const zoe = await memberOf(company, 'zoe')
    const { view } = await members.begin(zoe, { kind: 'support', userIds: [] })
    await queue.claim(company.ada, view.conversation.id)
    await presence.agentConnected(company.ada, 'desk')
    const answers = await presence.presenceIn(zoe, view.conversation.id)
    expect(answers).toEqual([
      { userId: 'zoe', online: false, lastSeenAt: null },
      { userId: company.ada.agent.id, online: true, lastSeenAt: null },
    ])
  })

  test('that no node could tell of is told by the key alone', async () => {
    const company = await newCompany(instance())
    const { presence } = company.core
    const zoe = await memberOf(company, 'zoe')
    const { app, ada } = company
    await presence.changed({ type: 'contact', appKey: app.key, key: zoe.contact.key }, false)
    await presence.changed({ type: 'agent', appKey: app.key, key: ada.agent.key }, false)
    await presence.changed({ type: 'contact', appKey: app.key, key: 1_000_000 }, false)
    expect(told(company, 'presence.changed')).toMatchObject([
      { subject: 'contact', externalId: 'zoe', name: 'zoe', online: false },
      { subject: 'agent', id: ada.agent.id, name: 'Ada', online: false },
    ])
    const contact = await company.core.directory.user(app, 'zoe')
    expect(contact.lastSeenAt).toBe(instance().clock.now())
  })

  test('is told outside while somebody listens, and costs no transaction otherwise', async () => {
    const company = await newCompany(instance())
    const { presence, events } = company.core
    const [zoe, max] = await membersOf(company, 'zoe', 'max')
    if (zoe === undefined || max === undefined) throw new Error('Somebody is missing.')
    const transaction = vi.spyOn(instance().context.store, 'transaction')
    await presence.memberConnected(max, 'unheard')
    await comings(company, 1)
    expect(transaction).not.toHaveBeenCalled()
    transaction.mockRestore()
    const { cursor } = await events.page(company.server, { limit: 1 })
    await presence.memberConnected(zoe, 'heard')
    await comings(company, 2)
    const ended = instance().clock.now()
    await presence.memberDisconnected(zoe, 'heard')
    pastLinger(instance())
    const page = await until('both are written down', async () => {
      const read = await events.page(company.server, { after: cursor, limit: 10 })
      return read.events.length === 2 && read
    })
    const lastSeen = new Date(ended).toISOString()
    expect(page.events).toMatchObject([
      { type: 'user.online', data: { userId: 'zoe' } },
      { type: 'user.offline', data: { userId: 'zoe', lastSeen } },
    ])
  })
})

describe('What a member is writing', () => {
  const instance = sharedInstance()

  async function table() {
    const company = await newCompany(instance())
    const [zoe, max] = await membersOf(company, 'zoe', 'max')
    if (zoe === undefined || max === undefined) throw new Error('Somebody is missing.')
    const { view } = await company.core.members.begin(zoe, { kind: 'group', userIds: ['max'], title: 'Two' })
    const signs = () =>
      told(company, 'typing').map(({ by, activity, isTyping }) => [by.externalId, activity, isTyping])
    return { company, ...company.core, zoe, max, id: view.conversation.id, signs }
  }

  test('is told apart from what they record, and both end by themselves', async () => {
    const { typing, zoe, id, signs } = await table()
    await typing.set(zoe, id, true)
    await typing.set(zoe, id, true, 'recording')
    instance().clock.advance(5_000)
    await typing.set(zoe, id, true, 'recording')
    instance().clock.advance(1_000)
    expect(signs()).toEqual([
      ['zoe', 'text', true],
      ['zoe', 'recording', true],
      ['zoe', 'recording', true],
      ['zoe', 'text', false],
    ])
    instance().clock.advance(60_000)
    expect(signs().slice(4)).toEqual([['zoe', 'recording', false]])
  })

  test('that is stopped leaves what is recorded', async () => {
    const { typing, zoe, id, signs } = await table()
    await typing.set(zoe, id, true)
    await typing.set(zoe, id, true, 'recording')
    await typing.set(zoe, id, false)
    expect(signs().slice(2)).toEqual([['zoe', 'text', false]])
  })

  test('ends with the last connection, at once', async () => {
    const { typing, presence, zoe, max, id, signs } = await table()
    await presence.memberConnected(zoe, 'one')
    await presence.memberConnected(zoe, 'two')
    await typing.set(zoe, id, true)
    await typing.set(max, id, true)
    await presence.memberDisconnected(zoe, 'one')
    expect(signs()).toHaveLength(2)
    await presence.memberDisconnected(zoe, 'two')
    expect(signs().slice(2)).toEqual([['zoe', 'text', false]])
    instance().clock.advance(60_000)
    expect(signs().slice(3)).toEqual([['max', 'text', false]])
  })

  test('ends when they leave the conversation, and goes on elsewhere', async () => {
    const { typing, members, zoe, id, signs } = await table()
    const { view } = await members.begin(zoe, { kind: 'direct', userIds: ['max'] })
    await typing.set(zoe, id, true)
    await typing.set(zoe, view.conversation.id, true, 'recording')
    await members.removeParticipant(zoe, id, 'zoe')
    expect(signs().slice(2)).toEqual([['zoe', 'text', false]])
    await refusal(typing.set(zoe, id, true), 'not_found')
  })

  test('ends when the conversation is removed for everybody', async () => {
    const { typing, members, zoe, max, id, signs } = await table()
    await typing.set(max, id, true)
    await members.remove(zoe, id, 'everyone')
    expect(signs().slice(1)).toEqual([['max', 'text', false]])
  })

  test('in a conversation of others is refused', async () => {
    const { company, typing, id, signs } = await table()
    await refusal(typing.set(await memberOf(company, 'eve'), id, true), 'not_found')
    expect(signs()).toEqual([])
  })
})
