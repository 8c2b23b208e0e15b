import { describe, expect, test } from 'vitest'
import type { DomainEvent } from '../../src/server/core/events.js'
import { until } from '../helpers/until.js'
import { type Company, newCompany, type Talk } from './company.js'
import { refusal, sharedInstance } from './instance.js'
import { eventsEqualState } from './mirror.js'

const instance = sharedInstance()

/** What was told of this company since its test began, of these kinds. */
const told = (company: Company, ...types: DomainEvent['type'][]) =>
  instance().events.filter(
    (event) =>
      types.includes(event.type) &&
      ('conversation' in event ? event.conversation.appKey : event.appKey) === company.app.key,
  )

describe('A visitor', () => {
  test('is online from the first connection on, and told once', async () => {
    const company = await newCompany(instance())
    const { presence } = company.core
    const talk = await company.waiting(await company.visitor('Zoe'))
    await eventsEqualState(talk, () => presence.visitorConnected(talk.visitor, 'one', 'ios'))
    await presence.visitorConnected(talk.visitor, 'two', null)
    expect((await talk.view()).online).toBe(true)
    expect(told(company, 'presence.changed')).toMatchObject([
      { subject: 'contact', id: talk.visitor.contact.id, name: 'Zoe', online: true },
    ])
    expect(await presence.sessions(company.viewer)).toMatchObject([
      { deviceId: talk.visitor.deviceId, conversationId: talk.id, platform: 'ios' },
      { deviceId: talk.visitor.deviceId, conversationId: talk.id, platform: null },
    ])
  })

  test('is offline within ten seconds of the end of the last connection, and not before', async () => {
    const company = await newCompany(instance())
    const { presence } = company.core
    const talk = await company.waiting()
    await presence.visitorConnected(talk.visitor, 'one', null)
    await presence.visitorConnected(talk.visitor, 'two', null)
    await presence.visitorDisconnected(talk.visitor, 'one')
    instance().clock.advance(60_000)
    expect((await talk.view()).online).toBe(true)
    await eventsEqualState(talk, async () => {
      await presence.visitorDisconnected(talk.visitor, 'two')
      instance().clock.advance(10_000)
    })
    expect((await talk.view()).online).toBe(false)
    expect(told(company, 'presence.changed').at(-1)).toMatchObject({ online: false })
    expect(await presence.sessions(company.viewer)).toEqual([])
    const { store } = instance().context
    await until('the time is written down', async () => {
      const contact = await store.read.contacts.byKey(talk.visitor.contact.key)
      return contact?.lastSeenAt === instance().clock.now() - 5_000
    })
  })

  test('who comes back within a moment was never away', async () => {
    const company = await newCompany(instance())
    const { presence } = company.core
    const talk = await company.waiting()
    await presence.visitorConnected(talk.visitor, 'one', null)
    await presence.visitorDisconnected(talk.visitor, 'one')
    instance().clock.advance(4_000)
    await presence.visitorConnected(talk.visitor, 'two', null)
    instance().clock.advance(60_000)
    expect((await talk.view()).online).toBe(true)
    expect(told(company, 'presence.changed')).toHaveLength(1)
  })

  test('whose connection ends before it has begun is not online for ever', async () => {
    const company = await newCompany(instance())
    const { presence } = company.core
    const talk = await company.waiting()
    const connecting = presence.visitorConnected(talk.visitor, 'short', null)
    await Promise.all([connecting, presence.visitorDisconnected(talk.visitor, 'short')])
    instance().clock.advance(10_000)
    expect((await talk.view()).online).toBe(false)
    expect(await presence.sessions(company.viewer)).toEqual([])
    expect(told(company, 'session.connected', 'session.disconnected')).toHaveLength(2)
  })

  test('who is disconnected twice is disconnected once', async () => {
    const company = await newCompany(instance())
    const { presence } = company.core
    const visitor = await company.visitor()
    await presence.visitorConnected(visitor, 'one', null)
    await presence.visitorDisconnected(visitor, 'one')
    await presence.visitorDisconnected(visitor, 'one')
    instance().clock.advance(10_000)
    expect(told(company, 'presence.changed')).toMatchObject([{ online: true }, { online: false }])
    expect(told(company, 'session.disconnected')).toHaveLength(1)
  })
})

describe('An agent', () => {
  test('is connected and available in one app, and both are told', async () => {
    const [company, other] = [await newCompany(instance()), await newCompany(instance())]
    const { presence, agents, stats } = company.core
    await presence.agentConnected(company.ada, 'one')
    expect((await stats.of(company.viewer)).agents).toMatchObject({ online: 1, available: 1 })
    await agents.setAvailability(company.ada, 'away')
    expect((await stats.of(company.viewer)).agents).toMatchObject({ online: 1, available: 0 })
    await presence.agentDisconnected(company.ada, 'one')
    instance().clock.advance(10_000)
    expect((await stats.of(company.viewer)).agents).toMatchObject({ online: 0, available: 0 })
    const online = told(company, 'presence.changed').map((event) => 'online' in event && event.online)
    expect(online).toEqual([true, false, false])
    expect(told(other, 'presence.changed')).toEqual([])
  })
})

describe('Typing', () => {
  const typing = (talk: Talk) =>
    told(talk.company, 'typing').map((event) => 'isTyping' in event && event.isTyping)

  test('stops by itself six seconds after the last sign of it', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    await company.core.typing.set(talk.visitor, talk.id, true)
    instance().clock.advance(5_000)
    await company.core.typing.set(talk.visitor, talk.id, true)
    instance().clock.advance(5_999)
    expect(typing(talk)).toEqual([true, true])
    instance().clock.advance(1)
    expect(typing(talk)).toEqual([true, true, false])
    instance().clock.advance(60_000)
    expect(typing(talk)).toHaveLength(3)
  })

  test('that is stopped is not stopped again by the time, and not told when it never began', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    await company.core.typing.set(company.ada, talk.id, false)
    await company.core.typing.set(company.ada, talk.id, true)
    await company.core.typing.set(company.ada, talk.id, false)
    instance().clock.advance(60_000)
    expect(typing(talk)).toEqual([true, false])
  })

  test('of two people is told of each', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    await company.core.typing.set(company.ada, talk.id, true)
    await company.core.typing.set(talk.visitor, talk.id, true)
    expect(told(company, 'typing')).toMatchObject([{ by: { name: 'Ada' } }, { by: { type: 'contact' } }])
    instance().clock.advance(6_000)
    expect(typing(talk)).toEqual([true, true, false, false])
  })

  test('in a conversation of somebody else is refused', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    await refusal(company.core.typing.set(await company.visitor(), talk.id, true), 'not_found')
    expect(typing(talk)).toEqual([])
  })
})
