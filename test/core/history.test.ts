import { describe, expect, test } from 'vitest'
import type { HistoryPage } from '../../src/server/core/conversations/history.js'
import type { Message } from '../../src/server/core/model.js'
import { eachDatabase } from '../helpers/databases.js'
import { type Company, newCompany, type Talk } from './company.js'
import { refusal, sharedInstance } from './instance.js'

const bodies = (messages: Message[]) => messages.map(({ body }) => body)

eachDatabase('The history', (database) => {
  const instance = sharedInstance(database)

  /** Messages 1 to 7, one a second, with notes before the first, after the third and after the last. */
  async function sevenMessages(): Promise<Talk> {
    const company = await newCompany(instance())
    const talk = await company.served()
    await talk.note('n0')
    for (let index = 1; index <= 7; index++) {
      await talk.say(index % 2 === 0 ? company.ada : talk.visitor, `${index}`)
      if (index === 3 || index === 7) await talk.note(`n${index}`)
      instance().clock.advance(1_000)
    }
    return talk
  }

  const page = async (talk: Talk, place: Omit<HistoryPage, 'limit'>, reader = talk.visitor) => {
    const { messages, hasMore } = await talk.company.core.history.page(reader, talk.id, {
      limit: 3,
      ...place,
    })
    return [bodies(messages).join(' '), hasMore]
  }

  test('gives a visitor pages in every direction, without a gap and without a note', async () => {
    const talk = await sevenMessages()
    expect(await page(talk, {})).toEqual(['5 6 7', true])
    expect(await page(talk, { beforeSequence: 5 })).toEqual(['2 3 4', true])
    expect(await page(talk, { beforeSequence: 2 })).toEqual(['1', false])
    expect(await page(talk, { beforeSequence: 1 })).toEqual(['', false])
    expect(await page(talk, { beforeSequence: 100 })).toEqual(['5 6 7', true])
    expect(await page(talk, { afterSequence: 0 })).toEqual(['1 2 3', true])
    expect(await page(talk, { afterSequence: 4 })).toEqual(['5 6 7', false])
    expect(await page(talk, { afterSequence: 7 })).toEqual(['', false])
    expect(await page(talk, { afterSequence: 100 })).toEqual(['', false])
  })

  test('gives staff the notes where they were written, each on one page', async () => {
    const talk = await sevenMessages()
    const { core, viewer } = talk.company
    const upward: string[] = []
    for (let afterSequence = 0, more = true; more; afterSequence += 2) {
      const { messages, hasMore } = await core.history.page(viewer, talk.id, { afterSequence, limit: 2 })
      upward.push(...bodies(messages))
      more = hasMore
    }
    const downward: string[] = []
    for (let beforeSequence = 8, more = true; more; beforeSequence -= 2) {
      const { messages, hasMore } = await core.history.page(viewer, talk.id, { beforeSequence, limit: 2 })
      downward.unshift(...bodies(messages))
      more = hasMore
    }
    expect(upward).toEqual(['n0', '1', '2', '3', 'n3', '4', '5', '6', '7', 'n7'])
    expect(downward).toEqual(upward)
  })

  test('gives what came after a moment', async () => {
    const talk = await sevenMessages()
    const messages = await talk.history(talk.visitor)
    const third = messages[2]?.createdAt ?? 0
    expect(await page(talk, { after: third })).toEqual(['4 5 6', true])
    expect(await page(talk, { after: third - 1 })).toEqual(['3 4 5', true])
    expect(await page(talk, { after: 0 })).toEqual(['1 2 3', true])
    expect(await page(talk, { after: instance().clock.now() })).toEqual(['', false])
  })

  test('gives who joins the newest messages, or what changed since a revision', async () => {
    const talk = await sevenMessages()
    const { core, ada } = talk.company
    const joined = await core.history.join(talk.visitor, talk.id)
    expect(bodies(joined.messages)).toEqual(['1', '2', '3', '4', '5', '6', '7'])
    expect(joined).toMatchObject({
      hasMore: false,
      resyncRequired: false,
      view: { conversation: { lastSequence: 7 } },
    })

    const { revision } = joined.view.conversation
    const [first, second] = joined.messages
    if (first === undefined || second === undefined) throw new Error('Seven were written.')
    await core.messages.edit(talk.visitor, talk.id, first.id, 'one')
    await core.messages.remove(ada, talk.id, second.id)
    await talk.say(talk.visitor, '8')
    const missed = await core.history.join(talk.visitor, talk.id, revision)
    expect(missed.messages.map(({ body, sequence }) => [sequence, body])).toEqual([
      [1, 'one'],
      [2, ''],
      [8, '8'],
    ])
    expect(await core.history.join(talk.visitor, talk.id, revision + 3)).toMatchObject({
      messages: [],
      hasMore: false,
      resyncRequired: false,
    })
  })

  test('of an empty conversation is empty from every side', async () => {
    const company = await newCompany(instance())
    const talk = await company.waiting()
    for (const place of [{}, { afterSequence: 0 }, { beforeSequence: 1 }, { after: 0 }, { afterRevision: 0 }])
      expect(await page(talk, place)).toEqual(['', false])
  })

  test('of somebody else, or of another app, is not there', async () => {
    const [company, other] = await Promise.all([newCompany(instance()), newCompany(instance())])
    const talk = await company.served()
    const message = await talk.say(talk.visitor, 'mine')
    for (const reader of [
      await company.visitor(),
      await other.visitor(),
      other.owner,
      other.server,
      other.operator,
    ]) {
      await refusal(company.core.history.page(reader, talk.id, { limit: 5 }), 'not_found')
      await refusal(company.core.history.join(reader, talk.id, 0), 'not_found')
      await refusal(company.core.history.one(reader, talk.id, message.id), 'not_found')
      await refusal(company.core.conversations.get(reader, talk.id), 'not_found')
    }
    const elsewhere = await company.served()
    await refusal(company.core.history.one(company.ada, elsewhere.id, message.id), 'not_found')
  })
})

describe('Coming back after very many changes', () => {
  const instance = sharedInstance(undefined, { 'limits.changes': 10 })

  const changed = async (company: Company, times: number): Promise<Talk> => {
    const talk = await company.waiting()
    for (let index = 0; index < times; index++) await talk.say(talk.visitor, `${index}`)
    return talk
  }

  test('gives everything up to the bound, and past it asks to load afresh', async () => {
    const company = await newCompany(instance())
    const talk = await changed(company, 15)
    const { revision } = (await talk.view()).conversation
    const within = await company.core.history.join(talk.visitor, talk.id, revision - 10)
    expect(within).toMatchObject({ resyncRequired: false, hasMore: false })
    expect(within.messages).toHaveLength(10)
    const beyond = await company.core.history.join(talk.visitor, talk.id, revision - 11)
    expect(beyond).toMatchObject({ resyncRequired: true, messages: [] })
  })

  test('with a revision that does not exist yet asks to load afresh', async () => {
    const company = await newCompany(instance())
    const talk = await changed(company, 2)
    expect(await company.core.history.join(talk.visitor, talk.id, 1_000)).toMatchObject({
      resyncRequired: true,
    })
  })
})
