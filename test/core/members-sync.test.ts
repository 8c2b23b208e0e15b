import { expect, test } from 'vitest'
import type { Message } from '../../src/server/core/model.js'
import type { Member } from '../../src/server/core/principal.js'
import { eachDatabase } from '../helpers/databases.js'
import { messageRow } from '../store/rows.js'
import { type Circle, newCircle } from './circle.js'
import { refusal, sharedInstance } from './instance.js'

const bound = 30

eachDatabase('Members who were away', (database) => {
  const instance = sharedInstance(database, { 'limits.changes': bound })

  const shown = (messages: Message[]) =>
    messages.map(({ sequence, body, deletedAt }) => `${sequence} ${deletedAt === null ? body : 'gone'}`)

  /** Everything since a message, page by page, as a client asks for it. */
  async function everything(circle: Circle, member: Member, id: string, last: string, limit: number) {
    const known = new Map<string, Message>()
    let pages = 0
    for (let from = last, hasMore = true; hasMore; pages++) {
      const page = await circle.core.members.sync(member, id, from, limit)
      for (const message of page.messages) known.set(message.id, message)
      const newest = page.messages.at(-1)
      hasMore = page.hasMore
      if (hasMore) expect(newest).toBeDefined()
      from = newest?.id ?? from
      if (pages > 1_000) throw new Error('These pages never end.')
    }
    return { messages: [...known.values()].toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0)), pages }
  }

  test('get what is new, and what was edited, deleted and reacted to, ascending', async () => {
    const circle = await newCircle(instance())
    const { ann, ben, core } = circle
    const id = await circle.direct()
    const sent: Message[] = []
    for (const body of ['one', 'two', 'three', 'four']) sent.push(await circle.say(ann, id, body))
    const [one, two, three, four] = sent.map((message) => message.id)
    if (!one || !two || !three || !four) throw new Error('A message is missing.')
    await core.reactions.add(ben, id, one, '👍')
    await core.messages.edit(ann, id, three, 'THREE')
    await circle.say(ben, id, 'five')
    await core.messages.remove(ann, id, two)
    const page = await core.members.sync(ben, id, four, 50)
    expect(shown(page.messages)).toEqual(['1 one', '2 gone', '3 THREE', '5 five'])
    expect(page).toMatchObject({ hasMore: false, lastSequence: 4 })
    expect(page.messages[0]?.reactions).toMatchObject([{ emoji: '👍', userId: 'ben' }])
  })

  test('get nothing that happened before the message that they have', async () => {
    const circle = await newCircle(instance())
    const { ann, ben, core } = circle
    const id = await circle.direct()
    const { id: one } = await circle.say(ann, id, 'one')
    await core.messages.edit(ann, id, one, 'ONE')
    await core.reactions.add(ben, id, one, '👍')
    const { id: two } = await circle.say(ann, id, 'two')
    expect(await core.members.sync(ben, id, two, 50)).toEqual({
      messages: [],
      hasMore: false,
      lastSequence: 2,
    })
    expect(shown((await core.members.sync(ben, id, one, 50)).messages)).toEqual(['1 ONE', '2 two'].slice(0))
    await core.reactions.remove(ben, id, one, '👍')
    expect(shown((await core.members.sync(ben, id, two, 50)).messages)).toEqual(['1 ONE'])
    await core.messages.edit(ann, id, two, 'TWO')
    expect(shown((await core.members.sync(ben, id, two, 50)).messages)).toEqual(['1 ONE', '2 TWO'])
  })

  test.each([1, 3, 50])('miss nothing in pages of %i, however much was changed meanwhile', async (limit) => {
    const circle = await newCircle(instance())
    const { ann, ben, core } = circle
    const id = await circle.direct()
    const sent: Message[] = []
    const write = async (body: string) => sent.push(await circle.say(ann, id, body))
    for (let count = 0; count < 10; count++) await write(`message ${count}`)
    const last = sent.at(-1)?.id ?? ''
    for (let round = 0; round < 25; round++) {
      await write(`later ${round}`)
      const old = sent[round % 12]
      if (round % 3 === 0 && old !== undefined)
        await core.messages.edit(ann, id, old.id, `edited in ${round}`)
      if (round % 5 === 0 && old !== undefined) await core.reactions.add(ben, id, old.id, '👍')
    }
    const { messages } = await everything(circle, ben, id, last, limit)
    const page = await core.history.page(ben, id, { limit: 200 })
    const changed = page.messages.filter(
      ({ sequence, editedAt, reactionCount }) =>
        (sequence ?? 0) > 10 || editedAt !== null || reactionCount > 0,
    )
    expect(messages).toEqual(changed)
  })

  test('see neither what they hid nor what they deleted, and still come to the end', async () => {
    const circle = await newCircle(instance())
    const { ann, ben, core } = circle
    const id = await circle.direct()
    const { id: last } = await circle.say(ann, id, 'first')
    for (let count = 0; count < 6; count++) {
      const { id: hidden } = await circle.say(ann, id, `hidden ${count}`)
      await core.members.hideMessage(ben, hidden)
    }
    await circle.say(ann, id, 'seen')
    expect(shown((await everything(circle, ben, id, last, 2)).messages)).toEqual(['8 seen'])
    await core.members.remove(ben, id)
    await circle.say(ann, id, 'after')
    expect(shown((await everything(circle, ben, id, last, 2)).messages)).toEqual(['9 after'])
  })

  test('who were away for thousands of messages and changes get them all', async () => {
    const circle = await newCircle(instance())
    const { ann, ben, core } = circle
    const id = await circle.direct()
    const { id: last } = await circle.say(ann, id, 'before')
    const amount = 2_500
    await instance().context.store.transaction(async ({ conversations, messages }) => {
      const key = (await conversations.byId(circle.app.key, id))?.key ?? 0
      for (let count = 0; count < amount; count++) {
        const step = await conversations.advance(key, { at: instance().clock.now(), fromContact: true })
        const sequence = step?.lastSequence ?? 0
        const given = { senderType: 'contact', senderKey: ann.contact.key, body: `${count}` } as const
        await messages.insert({ ...messageRow(key, sequence, given), revision: step?.revision ?? 0 })
      }
    })
    await core.messages.edit(ann, id, last, 'edited')
    const { messages, pages } = await everything(circle, ben, id, last, 200)
    expect(messages).toHaveLength(amount + 1)
    expect(messages.map(({ sequence }) => sequence)).toEqual(messages.map((_, index) => index + 1))
    expect(messages[0]?.body).toBe('edited')
    expect(pages).toBe(13)
  })

  test('get the new ones alone where more was changed than a page may tell', async () => {
    const circle = await newCircle(instance())
    const { ann, ben, core } = circle
    const id = await circle.direct()
    const { id: last } = await circle.say(ann, id, 'one')
    for (let count = 0; count <= bound; count++) await core.messages.edit(ann, id, last, `edit ${count}`)
    await circle.say(ann, id, 'two')
    expect(shown((await core.members.sync(ben, id, last, 50)).messages)).toEqual(['2 two'])
  })

  test('name a message of this conversation', async () => {
    const circle = await newCircle(instance())
    const { ann, ben, cleo, core } = circle
    const [id, other] = [await circle.direct(), await circle.direct(ann, cleo)]
    const { id: elsewhere } = await circle.say(ann, other)
    await refusal(core.members.sync(ben, id, elsewhere, 10), 'not_found')
    await refusal(core.members.sync(ben, id, 'msg_nothing', 10), 'not_found')
    await refusal(core.members.sync(ben, other, elsewhere, 10), 'not_found')
  })
})
