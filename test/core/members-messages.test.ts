import { describe, expect, test } from 'vitest'
import type { ReceiptEvent } from '../../src/server/core/events.js'
import { unreadOf } from '../../src/server/core/members/conversations.js'
import type { Member } from '../../src/server/core/principal.js'
import { eachDatabase } from '../helpers/databases.js'
import { type Circle, newCircle } from './circle.js'
import { refusal, sharedInstance } from './instance.js'

eachDatabase('Messages of members', (database) => {
  const instance = sharedInstance(database)

  const receipts = (id: string): ReceiptEvent[] =>
    instance().events.flatMap((event) =>
      event.type === 'receipt.moved' && event.conversation.conversationId === id ? [event] : [],
    )
  const unread = async (circle: Circle, member: Member, id: string) => {
    const view = await circle.core.members.one(member, id)
    const count = await circle.core.members.unreadCount(member, id)
    expect(unreadOf(view, member.contact.key)).toBe(count)
    return count
  }

  test('carry who wrote them, and ask neither bot nor queue', async () => {
    const circle = await newCircle(instance())
    const { ann, ben, core } = circle
    const id = await circle.direct()
    const sent = await circle.say(ann, id, 'hello Ben')
    expect(sent).toMatchObject({
      sequence: 1,
      senderType: 'contact',
      senderExternalId: 'ann',
      senderName: 'ann',
    })
    const { messages } = await core.history.page(ben, id, { limit: 5 })
    expect(messages).toEqual([sent])
    const { conversation, queue } = await core.members.one(ben, id)
    expect([conversation.handler, conversation.status, queue]).toEqual([null, 'open', null])
    expect(circle.told(id)).toEqual(['conversation.created', 'message.created'])
  })

  test('are stored once when they are sent twice', async () => {
    const circle = await newCircle(instance())
    const id = await circle.direct()
    const input = { localId: 'once', body: 'hello' }
    const posts = await Promise.all(
      Array.from({ length: 5 }, () => circle.core.messages.post(circle.ann, id, input)),
    )
    expect(posts.filter(({ created }) => created)).toHaveLength(1)
    expect(await circle.bodies(circle.ben, id)).toEqual(['hello'])
  })

  test('are no notes', async () => {
    const circle = await newCircle(instance())
    const input = { localId: 'note', body: 'psst', internal: true }
    await refusal(circle.core.messages.post(circle.ann, await circle.direct(), input), 'forbidden')
  })

  test('are edited by their author alone, and deleted for all', async () => {
    const circle = await newCircle(instance())
    const { ann, ben, core } = circle
    const id = await circle.direct()
    const { id: messageId } = await circle.say(ann, id, 'helo')
    await refusal(core.messages.edit(ben, id, messageId, 'mine'), 'forbidden')
    await refusal(core.messages.remove(ben, id, messageId), 'forbidden')
    await core.messages.edit(ann, id, messageId, 'hello')
    expect(await circle.bodies(ben, id)).toEqual(['hello'])
    await core.messages.remove(ann, id, messageId)
    expect(await circle.bodies(ben, id)).toEqual([''])
  })

  test('have files that only members upload who write them', async () => {
    const circle = await newCircle(instance())
    const { ann, ben, core } = circle
    const id = await circle.direct()
    const file = await core.attachments.upload(ann, { name: 'map.txt', content: Buffer.from('map') })
    const withFile = { localId: 'file', attachments: [file.id] }
    await refusal(core.messages.post(ben, id, withFile), 'not_found')
    const { message } = await core.messages.post(ann, id, withFile)
    expect(message.attachments).toMatchObject([{ id: file.id, name: 'map.txt' }])
  })

  describe('are unread', () => {
    test('by all but who sent them, who has read what was before', async () => {
      const circle = await newCircle(instance())
      const { ann, ben, cleo } = circle
      const id = await circle.group([
        [ben, 'member'],
        [cleo, 'member'],
      ])
      for (const body of ['one', 'two', 'three']) await circle.say(ann, id, body)
      const counts = () => Promise.all([ann, ben, cleo].map((member) => unread(circle, member, id)))
      expect(await counts()).toEqual([0, 3, 3])
      expect(receipts(id)).toEqual([])
      await circle.say(ben, id, 'four')
      expect(await counts()).toEqual([1, 0, 4])
      expect(receipts(id)).toMatchObject([
        {
          status: 'READ',
          by: { externalId: 'ben' },
          upToSequence: 3,
          count: 3,
          messageId: null,
          whole: true,
        },
      ])
    })

    test('as the same reads cost at any length of the history', async () => {
      const circle = await newCircle(instance())
      const { ann, ben, core } = circle
      const id = await circle.direct()
      for (let count = 0; count < 30; count++) await circle.say(ann, id)
      await circle.read(ben, id, { read: 12 })
      expect(await unread(circle, ben, id)).toBe(18)
      const { views } = await core.members.list(ben, { limit: 5 })
      expect(views.map((view) => unreadOf(view, ben.contact.key))).toEqual([18])
      // A conversation with millions of messages: nothing is counted, so nothing of it has to be there.
      await instance().context.store.transaction(async ({ conversations }) => {
        const stored = await conversations.byId(circle.app.key, id)
        await conversations.patch(stored?.key ?? 0, { lastSequence: 5_000_012 })
      })
      expect(await unread(circle, ben, id)).toBe(5_000_000)
    })
  })

  describe('are read', () => {
    test('as far as each reader says, forwards only and without a revision', async () => {
      const circle = await newCircle(instance())
      const { ann, ben, cleo, core } = circle
      const id = await circle.group([
        [ben, 'member'],
        [cleo, 'member'],
      ])
      const sent = [await circle.say(ann, id, 'one'), await circle.say(ann, id, 'two')]
      const [first, second] = sent.map((message) => message.id)
      const { revision } = (await core.members.one(ann, id)).conversation
      expect(await circle.read(ben, id, { messageId: first })).toBe(1)
      expect(await circle.read(ben, id, { read: 1 })).toBe(0)
      expect(await circle.read(cleo, id, { delivered: Infinity })).toBe(2)
      expect(await circle.read(cleo, id, { messageId: second, whole: true })).toBe(2)
      expect(receipts(id)).toMatchObject([
        { status: 'READ', by: { externalId: 'ben' }, messageId: first, whole: false, count: 1, revision },
        { status: 'DELIVERED', by: { externalId: 'cleo' }, count: 2, upToSequence: 2 },
        { status: 'READ', by: { externalId: 'cleo' }, messageId: second, whole: true, count: 2 },
      ])
      expect((await core.members.one(ann, id)).conversation.revision).toBe(revision)
      const readAt = receipts(id).at(-1)?.at
      expect(await core.members.readers(ann, first ?? '')).toEqual([
        { userId: 'ben', readAt: expect.any(Number) },
        { userId: 'cleo', readAt },
      ])
      expect(await core.members.readers(ben, second ?? '')).toEqual([{ userId: 'cleo', readAt }])
      const { messages } = await core.history.page(ann, id, { limit: 5 })
      expect(messages.map(({ status }) => status)).toEqual(['READ', 'READ'])
    })

    test('once, however moves come together', async () => {
      const circle = await newCircle(instance())
      const { ann, ben } = circle
      const id = await circle.direct()
      const sent: string[] = []
      for (let count = 0; count < 4; count++) sent.push((await circle.say(ann, id)).id)
      await Promise.all([1, 3, 0].map((index) => circle.read(ben, id, { messageId: sent[index] })))
      const told = receipts(id)
      expect(told.reduce((total, { count }) => total + count, 0)).toBe(4)
      expect(told.at(-1)).toMatchObject({ messageId: sent[3], upToSequence: 4 })
    })

    test('by nobody who came into the group later and has not looked', async () => {
      const circle = await newCircle(instance())
      const { ann, ben, core } = circle
      const id = await circle.group()
      const { id: messageId } = await circle.say(ann, id)
      await core.members.addParticipants(ann, id, ['ben'])
      expect(await core.members.readers(ann, messageId)).toEqual([])
      expect((await core.history.one(ann, id, messageId)).status).toBe('SENT')
      expect(await core.members.unreadCount(ben, id)).toBe(0)
      expect(await circle.bodies(ben, id)).toEqual(['hello'])
    })

    test('by agents in a support conversation', async () => {
      const circle = await newCircle(instance())
      const { ann, core, company } = circle
      const { id } = (await core.members.begin(ann, { kind: 'support', userIds: [] })).view.conversation
      const { id: messageId } = await circle.say(ann, id, 'help')
      expect(await core.members.readers(ann, messageId)).toEqual([])
      await circle.read(company.ada, id, { messageId })
      expect(await core.members.readers(ann, messageId)).toMatchObject([{ userId: company.ada.agent.id }])
      await core.messages.post(company.ada, id, { localId: 'answer', body: 'hi' })
      expect(await core.members.unreadCount(ann, id)).toBe(1)
      expect(await circle.read(ann, id)).toBe(1)
      expect(await core.members.unreadCount(ann, id)).toBe(0)
    })
  })

  test('count every reaction of fifty who react at once', async () => {
    const circle = await newCircle(instance())
    const { ann, app, core } = circle
    const names = Array.from({ length: 50 }, (_, number) => `fan-${number}`)
    await core.directory.syncMany(
      app,
      names.map((name) => ({ externalUserId: name, name })),
    )
    const { id } = (await core.members.begin(ann, { kind: 'group', userIds: names })).view.conversation
    const { id: messageId } = await circle.say(ann, id)
    const fans = await Promise.all(names.map((name) => circle.member(name)))
    await Promise.all(fans.map((fan) => core.reactions.add(fan, id, messageId, '👍')))
    const message = await core.history.one(ann, id, messageId)
    expect(message.reactionCount).toBe(50)
    expect(new Set(message.reactions.map(({ userId }) => userId))).toEqual(new Set(names))
    const told = instance().events.filter(
      (event) => event.type === 'reaction.changed' && event.message.id === messageId,
    )
    expect(told).toHaveLength(50)
    await Promise.all(fans.slice(0, 20).map((fan) => core.reactions.remove(fan, id, messageId, '👍')))
    expect((await core.history.one(ann, id, messageId)).reactionCount).toBe(30)
  })

  test.each(['', 'like', '👍👍', ':+1:', '<b>'])('take no %j for an emoji', async (emoji) => {
    const circle = await newCircle(instance())
    const id = await circle.direct()
    const { id: messageId } = await circle.say(circle.ann, id)
    await refusal(circle.core.reactions.add(circle.ben, id, messageId, emoji), 'invalid_request')
  })

  describe('deleted for oneself', () => {
    test('are shown to everybody else', async () => {
      const circle = await newCircle(instance())
      const { ann, ben, core } = circle
      const id = await circle.direct()
      await circle.say(ann, id, 'one')
      const { id: messageId } = await circle.say(ann, id, 'two')
      await core.members.hideMessage(ben, messageId)
      await core.members.hideMessage(ann, messageId)
      await circle.say(ann, id, 'three')
      expect(await circle.bodies(ben, id)).toEqual(['one', 'three'])
      await refusal(core.members.locate(ben, messageId), 'not_found')
      await refusal(core.history.one(ben, id, messageId), 'not_found')
      await refusal(core.receipts.move(ben, id, { messageId }), 'not_found')
      const since = await core.history.page(ben, id, { afterRevision: 0, limit: 10 })
      expect(since.messages.map(({ body }) => body)).toEqual(['one', 'three'])
    })

    test('leave the one before as the last of the list', async () => {
      const circle = await newCircle(instance())
      const { ann, ben, core } = circle
      const id = await circle.direct()
      await circle.say(ann, id, 'one')
      const { id: messageId } = await circle.say(ann, id, 'two')
      await core.members.hideMessage(ben, messageId)
      expect((await core.members.one(ben, id)).lastMessage?.body).toBe('one')
      expect((await core.members.one(ann, id)).lastMessage?.body).toBe('two')
    })

    test('go with the whole conversation, which comes back with the next one', async () => {
      const circle = await newCircle(instance())
      const { ann, ben, core } = circle
      const id = await circle.direct()
      const { id: old } = await circle.say(ann, id, 'old')
      const mark = instance().events.length
      await core.members.remove(ben, id)
      expect(instance().events.slice(mark)).toMatchObject([
        { type: 'conversation.removed', forContactKey: ben.contact.key, contactKeys: [ben.contact.key] },
      ])
      const listed = async (member: Member) =>
        (await core.members.list(member, { limit: 5 })).views.map(({ lastMessage }) => lastMessage?.body)
      expect([await listed(ben), await listed(ann)]).toEqual([[], ['old']])
      expect(await core.members.one(ben, id)).toMatchObject({ lastMessage: null })
      expect(await circle.bodies(ben, id)).toEqual([])
      await refusal(core.members.locate(ben, old), 'not_found')
      await circle.say(ann, id, 'new')
      expect([await listed(ben), await listed(ann)]).toEqual([['new'], ['new']])
      expect(await circle.bodies(ben, id)).toEqual(['new'])
      expect(await core.history.page(ben, id, { limit: 1 })).toMatchObject({ hasMore: false, before: null })
      expect(await core.members.unreadCount(ben, id)).toBe(1)
      expect(await circle.bodies(ann, id)).toEqual(['old', 'new'])
    })

    test('go with a conversation that nobody has written in', async () => {
      const circle = await newCircle(instance())
      const { ann, ben, core } = circle
      const id = await circle.direct()
      await core.members.remove(ben, id)
      expect((await core.members.list(ben, { limit: 5 })).views).toEqual([])
      await circle.say(ann, id, 'first')
      expect(await circle.bodies(ben, id)).toEqual(['first'])
      expect((await core.members.list(ben, { limit: 5 })).views).toHaveLength(1)
    })

    test('go with a support conversation, which stays with those who serve', async () => {
      const circle = await newCircle(instance())
      const { ann, core, company } = circle
      const { id } = (await core.members.begin(ann, { kind: 'support', userIds: [] })).view.conversation
      await circle.say(ann, id, 'help')
      await core.members.remove(ann, id)
      expect((await core.members.list(ann, { limit: 5 })).views).toEqual([])
      expect(await circle.bodies(ann, id)).toEqual([])
      expect((await core.history.page(company.ada, id, { limit: 5 })).messages).toHaveLength(1)
    })
  })

  test('are listed by the last activity, page by page', async () => {
    const circle = await newCircle(instance())
    const { ann, core } = circle
    const ids = [await circle.direct(), await circle.group(), await circle.group(), await circle.group()]
    instance().clock.advance(1_000)
    await circle.say(ann, ids[1] ?? '')
    instance().clock.advance(1_000)
    await circle.say(ann, ids[0] ?? '')
    const listed = []
    let before: { activeAt: number; key: number } | undefined
    do {
      const page = await core.members.list(ann, { limit: 1, before })
      listed.push(...page.views.map(({ conversation }) => conversation.id))
      before = page.next ?? undefined
    } while (before !== undefined)
    expect(listed).toEqual([ids[0], ids[1], ids[3], ids[2]])
    const directs = await core.members.list(ann, { kinds: ['direct'], limit: 9 })
    expect(directs).toMatchObject({ views: [{ conversation: { id: ids[0] } }], next: null })
    expect(new Set((await core.members.joined(ann)).map(({ id }) => id))).toEqual(new Set(ids))
  })
})
