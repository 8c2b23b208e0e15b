import { expect, test } from 'vitest'
import type { Cursors } from '../../src/server/core/messages/receipts.js'
import type { Principal } from '../../src/server/core/principal.js'
import { eachDatabase } from '../helpers/databases.js'
import { newCompany, type Talk } from './company.js'
import { afterWaiting, refusal, sharedInstance } from './instance.js'
import { changesNothing, eventsEqualState } from './mirror.js'

eachDatabase('Receipts', (database) => {
  const instance = sharedInstance(database)

  /** Moves a cursor and lets the time pass in which moves are gathered. */
  const move = (talk: Talk, reader: Principal, cursors: Cursors): Promise<number> =>
    afterWaiting(instance().clock, 20, talk.company.core.receipts.move(reader, talk.id, cursors))

  const statuses = async (talk: Talk) => (await talk.history()).map(({ status }) => status)
  const moved = (talk: Talk) =>
    instance().events.filter(
      (event) => event.type === 'receipt.moved' && event.conversation.conversationId === talk.id,
    )

  /** Four messages of an agent. */
  async function toldFourTimes(): Promise<Talk> {
    const company = await newCompany(instance())
    const talk = await company.served()
    for (const body of ['one', 'two', 'three', 'four']) await talk.say(company.ada, body)
    return talk
  }

  test('turn what was sent into delivered and read, by the cursor of the other side', async () => {
    const talk = await toldFourTimes()
    expect(await eventsEqualState(talk, () => move(talk, talk.visitor, { delivered: 3 }))).toBe(3)
    expect(await statuses(talk)).toEqual(['DELIVERED', 'DELIVERED', 'DELIVERED', 'SENT'])
    expect(await eventsEqualState(talk, () => move(talk, talk.visitor, { read: 2 }))).toBe(2)
    expect(await statuses(talk)).toEqual(['READ', 'READ', 'DELIVERED', 'SENT'])
    expect((await talk.view()).unread).toEqual({ contact: 2, agent: 0 })
  })

  test('imply delivery by reading', async () => {
    const talk = await toldFourTimes()
    await eventsEqualState(talk, () => move(talk, talk.visitor, { read: 4 }))
    await changesNothing(talk, () => move(talk, talk.visitor, { delivered: 4 }))
    expect(await statuses(talk)).toEqual(Array(4).fill('READ'))
  })

  test('never move back', async () => {
    const talk = await toldFourTimes()
    await move(talk, talk.visitor, { read: 3 })
    for (const cursors of [
      { read: 1 },
      { read: 3 },
      { delivered: 2 },
      { read: 0, delivered: 0 },
      { read: -5 },
      {},
    ])
      expect(await changesNothing(talk, () => move(talk, talk.visitor, cursors))).toBe(0)
    expect(await statuses(talk)).toEqual(['READ', 'READ', 'READ', 'SENT'])
  })

  test('stop at the last message, however far they are sent', async () => {
    const talk = await toldFourTimes()
    expect(
      await eventsEqualState(talk, () => move(talk, talk.visitor, { read: Number.POSITIVE_INFINITY })),
    ).toBe(4)
    await talk.say(talk.company.ada, 'five')
    expect(await statuses(talk)).toEqual(['READ', 'READ', 'READ', 'READ', 'SENT'])
  })

  test('of reading and of delivery in one move are both told', async () => {
    const talk = await toldFourTimes()
    expect(await eventsEqualState(talk, () => move(talk, talk.visitor, { read: 1, delivered: 3 }))).toBe(3)
    expect(await statuses(talk)).toEqual(['READ', 'DELIVERED', 'DELIVERED', 'SENT'])
  })

  test('of one cursor within a moment become one event', async () => {
    const talk = await toldFourTimes()
    const { core } = talk.company
    const moves = [1, 3, 2].map((read) => core.receipts.move(talk.visitor, talk.id, { read }))
    expect(await afterWaiting(instance().clock, 20, Promise.all(moves))).toEqual([3, 3, 3])
    expect(moved(talk)).toMatchObject([{ status: 'READ', upToSequence: 3, by: { type: 'contact' } }])
  })

  test('count what changed for the reader alone, not the reader’s own messages in between', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    for (const sender of [talk.visitor, company.ada, talk.visitor, company.ada, company.ada])
      await talk.say(sender, 'hi')
    expect(await move(talk, talk.visitor, { read: 4 })).toBe(2)
    expect(await move(talk, company.ada, { read: 2 })).toBe(1)
    expect(await statuses(talk)).toEqual(['READ', 'READ', 'SENT', 'READ', 'SENT'])
  })

  test('of a second agent who reads the same tell nothing new', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    await talk.say(talk.visitor, 'hi')
    await eventsEqualState(talk, () => move(talk, company.ada, { read: 1 }))
    expect(await changesNothing(talk, () => move(talk, company.bob, { read: 1 }))).toBe(0)
    expect((await talk.view()).unread.agent).toBe(0)
  })

  test('moved by many at once end at the furthest', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    for (let index = 0; index < 6; index++) await talk.say(talk.visitor, `${index}`)
    const readers = [company.ada, company.bob, company.admin, company.owner]
    await eventsEqualState(talk, () => {
      const moves = readers.map((reader, index) =>
        company.core.receipts.move(reader, talk.id, { read: index + 2 }),
      )
      return afterWaiting(instance().clock, 20, Promise.all(moves))
    })
    expect((await statuses(talk)).filter((status) => status === 'READ')).toHaveLength(5)
  })

  test('are nobody’s when a server reads', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    await talk.say(talk.visitor, 'hi')
    expect(
      await changesNothing(talk, () => company.core.receipts.move(company.server, talk.id, { read: 1 })),
    ).toBe(0)
  })

  test('of a conversation that is not one’s own are refused', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const stranger = await company.visitor()
    await changesNothing(talk, () =>
      refusal(company.core.receipts.move(stranger, talk.id, { read: 1 }), 'not_found'),
    )
    await changesNothing(talk, () =>
      refusal(company.core.receipts.move(company.viewer, talk.id, { read: 1 }), 'forbidden'),
    )
  })
})
