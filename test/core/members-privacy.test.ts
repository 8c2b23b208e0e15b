import { describe, expect, test } from 'vitest'
import type { Member, Principal } from '../../src/server/core/principal.js'
import { eachDatabase } from '../helpers/databases.js'
import { type Circle, newCircle } from './circle.js'
import { eventsSince } from './events-since.js'
import { refusal, sharedInstance } from './instance.js'

eachDatabase('What members write to each other', (database) => {
  const instance = sharedInstance(database)

  /** Every way to a conversation and to a message in it. */
  const ways = (
    { core }: Circle,
    as: Principal,
    id: string,
    messageId: string,
  ): Record<string, () => Promise<unknown>> => ({
    reads: () => core.history.page(as, id, { limit: 5 }),
    joins: () => core.history.join(as, id),
    'reads one': () => core.history.one(as, id, messageId),
    looks: () => core.conversations.get(as, id),
    refers: () => core.conversations.reference(as, id),
    writes: () => core.messages.post(as, id, { localId: crypto.randomUUID(), body: 'hello' }),
    edits: () => core.messages.edit(as, id, messageId, 'changed'),
    deletes: () => core.messages.remove(as, id, messageId),
    reacts: () => core.reactions.add(as, id, messageId, '👍'),
    types: () => core.typing.set(as, id, true),
    marks: () => core.receipts.move(as, id, { read: 1 }),
    closes: () => core.lifecycle.close(as, id),
  })
  const waysOfMembers = (
    { core }: Circle,
    as: Member,
    id: string,
    messageId: string,
  ): Record<string, () => Promise<unknown>> => ({
    'sees it': () => core.members.one(as, id),
    counts: () => core.members.unreadCount(as, id),
    catches: () => core.members.sync(as, id, messageId, 5),
    locates: () => core.members.locate(as, messageId),
    hides: () => core.members.hideMessage(as, messageId),
    asks: () => core.members.readers(as, messageId),
    removes: () => core.members.remove(as, id),
    invites: () => core.members.addParticipants(as, id, ['dan']),
  })

  async function refusesAll(circle: Circle, tried: Record<string, () => Promise<unknown>>) {
    const mark = instance().events.length
    for (const attempt of Object.values(tried)) await refusal(attempt(), 'not_found')
    expect(
      instance()
        .events.slice(mark)
        .filter((event) => 'conversation' in event),
    ).toEqual([])
    expect(circle.app).toBeDefined()
  }

  test('is not there for staff, servers and the operator', async () => {
    const circle = await newCircle(instance())
    const id = await circle.group([[circle.ben, 'member']])
    const { id: messageId } = await circle.say(circle.ann, id, 'a secret walrus')
    const { owner, server, operator } = circle.company
    for (const as of [owner, server, operator]) await refusesAll(circle, ways(circle, as, id, messageId))
    for (const as of [owner, server, operator]) {
      const { core } = circle
      const tried = [
        () => core.conversations.export(as, id).next(),
        () => core.conversations.addTag(as, id, 'vip'),
        () => core.conversations.update(as, id, { subject: 'x' }),
        () => core.queue.transfer(as, id, {}),
        () => core.lifecycle.reopen(as, id),
        () => core.lifecycle.snooze(as, id, instance().clock.now() + 1_000),
      ]
      for (const attempt of tried) await refusal(attempt(), 'not_found')
    }
    await refusal(circle.core.queue.claim(owner, id), 'not_found')
  })

  test('is in no list, search or count of staff', async () => {
    const circle = await newCircle(instance())
    const { ann, ben, core, company } = circle
    const id = await circle.group([[ben, 'member']])
    await circle.say(ann, id, 'a secret walrus')
    await circle.say(ben, await circle.direct(ben, ann), 'another walrus')
    const { owner } = company
    const page = { limit: 10 }
    expect(await core.conversations.list(owner, page)).toEqual([])
    expect(await core.conversations.list(owner, { ...page, text: 'walrus' })).toEqual([])
    expect(await core.conversations.list(owner, { ...page, contact: ann.contact.id })).toEqual([])
    expect(await core.conversations.list(owner, { ...page, assignee: 'none', status: 'open' })).toEqual([])
    expect(await core.stats.of(owner)).toMatchObject({
      conversations: { open: 0, closed: 0 },
      messages: { today: 0 },
    })
    expect((await core.queue.list(owner, page)).size).toBe(0)
  })

  test('is not there for who was never in it', async () => {
    const circle = await newCircle(instance())
    const { ann, cleo } = circle
    const id = await circle.direct()
    const { id: messageId } = await circle.say(ann, id)
    await refusesAll(circle, ways(circle, cleo, id, messageId))
    await refusesAll(circle, waysOfMembers(circle, cleo, id, messageId))
    await refusesAll(circle, ways(circle, await circle.company.visitor(), id, messageId))
    expect((await circle.core.members.list(cleo, { limit: 5 })).views).toEqual([])
  })

  test('is not there any more for who was taken out', async () => {
    const circle = await newCircle(instance())
    const { ann, ben, core } = circle
    const id = await circle.group([[ben, 'admin']])
    const { id: messageId } = await circle.say(ben, id)
    await core.members.removeParticipant(ann, id, 'ben')
    await refusesAll(circle, ways(circle, ben, id, messageId))
    await refusesAll(circle, waysOfMembers(circle, ben, id, messageId))
    expect(await core.members.joined(ben)).toEqual([])
  })

  test('is closed to who is taken out while they write', async () => {
    const circle = await newCircle(instance())
    const { ann, ben, core } = circle
    const id = await circle.group([[ben, 'member']])
    const [, ...posts] = await Promise.allSettled([
      core.members.removeParticipant(ann, id, 'ben'),
      ...Array.from({ length: 20 }, (_, count) => circle.say(ben, id, `${count}`)),
    ])
    const stored = await circle.bodies(ann, id)
    expect(stored).toHaveLength(posts.filter(({ status }) => status === 'fulfilled').length)
    const removed = instance().events.findLastIndex((event) => event.type === 'participant.removed')
    const later = instance()
      .events.slice(removed)
      .filter((event) => event.type === 'message.created')
    expect(later).toEqual([])
  })

  test('is not there for users of another app, who go by the same names', async () => {
    const [circle, other] = [await newCircle(instance()), await newCircle(instance())]
    const id = await circle.direct()
    const { id: messageId } = await circle.say(circle.ann, id)
    await refusesAll(other, ways(other, other.ann, id, messageId))
    await refusesAll(other, waysOfMembers(other, other.ben, id, messageId))
    await other.member('eve')
    await refusal(circle.core.members.begin(circle.ann, { kind: 'direct', userIds: ['eve'] }), 'not_found')
    const group = await circle.group()
    await refusal(circle.core.members.addParticipants(circle.ann, group, ['eve']), 'not_found')
  })

  test.each<[string, string]>([
    ['a member of a group', 'group'],
    ['a partner of a direct conversation', 'direct'],
  ])('says the same of what is missing and of what is somebody else’s, to %s', async (_, kind) => {
    const circle = await newCircle(instance())
    const { ann, ben, cleo, core } = circle
    const id = kind === 'group' ? await circle.group([[ben, 'member']]) : await circle.direct()
    const { id: messageId } = await circle.say(ann, id)
    const missing = await refusal(core.members.locate(cleo, 'msg_nothing'))
    const hidden = await refusal(core.members.locate(cleo, messageId))
    expect(hidden.message).toBe(missing.message)
  })

  test('is told to the outside where the host asked for it', async () => {
    const circle = await newCircle(instance())
    const { ann, ben, core, company } = circle
    const { owner } = company
    const { cursor } = await core.events.page(owner, { limit: 10 })
    const id = await circle.group([[ben, 'member']])
    await core.members.addParticipants(ann, id, ['cleo', 'ben'])
    await circle.say(ben, id, 'hello')
    await core.members.setRole(ann, id, 'ben', 'admin')
    await core.members.removeParticipant(ann, id, 'cleo')
    await core.members.remove(ben, id, 'me')
    await core.members.remove(ann, id)
    const { events } = await eventsSince(company, cursor, owner)
    expect(events.map(({ type, data }) => [type, data.conversationId ?? data.id, data.userId])).toEqual([
      ['conversation.created', id, undefined],
      ['participant.added', id, 'cleo'],
      ['message.created', id, undefined],
      ['participant.removed', id, 'cleo'],
      ['conversation.deleted', id, undefined],
    ])
  })

  describe('when a contact', () => {
    test('is deleted by the host stays with the others, beside the name of a deleted user', async () => {
      const circle = await newCircle(instance())
      const { ann, ben, cleo, app, core } = circle
      const [group, direct] = [
        await circle.group([
          [ben, 'member'],
          [cleo, 'admin'],
        ]),
        await circle.direct(),
      ]
      for (const id of [group, direct]) await circle.say(ann, id, 'from Ann')
      await core.directory.remove(app, 'ann')
      expect(await circle.people(group, ben)).toEqual(['ben:member', 'cleo:owner'])
      expect(await circle.people(direct, ben)).toEqual(['ben:member'])
      const { messages } = await core.history.page(ben, group, { limit: 5 })
      expect(messages).toMatchObject([
        { body: 'from Ann', senderId: ann.contact.id, senderExternalId: null, senderName: 'Deleted user' },
      ])
      await refusal(core.members.addParticipants(cleo, group, ['ann']), 'not_found')
      const again = await circle.member('ann')
      expect(again.contact.key).not.toBe(ann.contact.key)
      expect(await circle.direct(ben, again)).not.toBe(direct)
    })

    test('is deleted by staff stays with the others, too', async () => {
      const circle = await newCircle(instance())
      const { ann, ben, core, company } = circle
      const group = await circle.group([[ben, 'member']])
      await circle.say(ann, group, 'from Ann')
      const { id: alone } = (await core.members.begin(ann, { kind: 'group', userIds: [] })).view.conversation
      const { view } = await core.members.begin(ann, { kind: 'support', userIds: [] })
      await core.contacts.remove(company.owner, ann.contact.id)
      expect(await circle.people(group, ben)).toEqual(['ben:owner'])
      expect((await core.history.page(ben, group, { limit: 5 })).messages).toMatchObject([
        { body: 'from Ann', senderName: 'Deleted user', senderExternalId: null },
      ])
      await refusal(core.conversations.get(company.owner, view.conversation.id), 'not_found')
      expect(circle.told(alone).at(-1)).toBe('conversation.removed')
      expect(await core.contacts.list(company.owner, { limit: 9, text: 'ann' })).toEqual([])
    })

    test('who never talked with members is deleted without a trace', async () => {
      const circle = await newCircle(instance())
      const { dan, core, company } = circle
      await core.contacts.remove(company.owner, dan.contact.id)
      expect(await instance().context.store.read.contacts.byKey(dan.contact.key)).toBeUndefined()
    })

    test('is merged goes along, in one participation with the higher role', async () => {
      const circle = await newCircle(instance())
      const { ann, ben, cleo, core, company } = circle
      const group = await circle.group([
        [ben, 'admin'],
        [cleo, 'member'],
      ])
      const direct = await circle.direct(ben, cleo)
      const withAnn = await circle.direct(ann, ben)
      const { id: messageId } = await circle.say(ben, group, 'from Ben')
      await core.members.hideMessage(ben, messageId)
      // Two contacts with a name of the host each are two people: staff take one of the names away first.
      await instance().context.store.transaction(({ contacts }) =>
        contacts.update(ben.contact.key, { externalId: null }),
      )
      await core.contacts.merge(company.owner, cleo.contact.id, ben.contact.id)
      expect(await circle.people(group)).toEqual(['ann:owner', 'cleo:admin'])
      expect(await circle.bodies(cleo, group)).toEqual([])
      expect(await circle.people(direct, cleo)).toEqual(['cleo:member'])
      expect(await circle.direct(ann, cleo)).toBe(withAnn)
      const [own] = (await core.history.page(ann, group, { limit: 5 })).messages
      expect(own).toMatchObject({ senderExternalId: 'cleo' })
    })
  })
})
