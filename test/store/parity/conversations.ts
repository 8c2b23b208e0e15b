import { expect } from 'vitest'
import type { Change } from '../../../src/server/core/model.js'
import { attachmentRow, entryRow, participantRow, start } from '../rows.js'
import type { ParityCase } from './world.js'

const change = (conversationKey: number, revision: number, given: Partial<Change> = {}): Change => ({
  conversationKey,
  revision,
  kind: 'conversation',
  messageKey: null,
  internal: false,
  sequence: 0,
  fromSequence: null,
  toSequence: null,
  at: start,
  ...given,
})

export const conversationCases: ParityCase[] = [
  {
    title: 'a conversation comes back as it was stored, nulls, flags and JSON included',
    run: async (world) => {
      const { app, read, write } = world
      const summary = {
        messages: { contact: 1, agent: 2, bot: 0, system: 0 },
        waitingSeconds: null,
        firstReplySeconds: 1.5,
        totalSeconds: 3,
        transferred: true,
        rating: null,
      }
      const metadata = { b: 1, a: [true, null], '10': 'x', text: 'ö\n"' }
      const thread = await world.conversation({ metadata, summary, transferred: true, closedAt: start })
      expect(thread).toMatchObject({ metadata, summary, transferred: true, botContext: null, subject: null })
      expect(await read.conversations.byKey(thread.key)).toEqual(thread)
      expect(await read.conversations.byId(app.key, thread.id)).toEqual(thread)
      expect(await read.conversations.byId(app.key + 1, thread.id)).toBeUndefined()
      expect(await read.conversations.byKeys([thread.key, 0])).toEqual([thread])
      expect(await write((queries) => queries.conversations.lock(thread.key))).toEqual(thread)
    },
  },
  {
    title: 'a message advances sequence and revision, and the contact’s own sequence only when it wrote',
    run: async (world) => {
      const { read, write } = world
      const thread = await world.conversation()
      const at = start + 1
      const advance = (fromContact: boolean) =>
        write((queries) => queries.conversations.advance(thread.key, { at, fromContact }))
      expect(await advance(true)).toEqual({
        key: thread.key,
        status: 'open',
        handler: 'queue',
        priority: 'normal',
        lastSequence: 1,
        revision: 1,
        lastContactSequence: 1,
        firstReplyAt: null,
        closedAt: null,
      })
      const stored = { ...thread, lastSequence: 1, revision: 1, lastContactSequence: 1 }
      expect(await read.conversations.byKey(thread.key)).toEqual({
        ...stored,
        lastMessageAt: at,
        updatedAt: at,
      })
      expect(await advance(false)).toMatchObject({ lastSequence: 2, revision: 2, lastContactSequence: 1 })
      expect(await read.conversations.byKey(thread.key)).toMatchObject({ lastSequence: 2, revision: 2 })
      const unknown = write((queries) => queries.conversations.advance(0, { at, fromContact: true }))
      expect(await unknown).toBeUndefined()
    },
  },
  {
    title: 'a revision goes with any fields or none, a patch takes no revision',
    run: async (world) => {
      const { read, write } = world
      const thread = await world.conversation({ botContext: { topic: 'x' } })
      const revise = (fields: object) => write((queries) => queries.conversations.revise(thread.key, fields))
      expect(await revise({})).toEqual({ ...thread, revision: 1 })
      expect(await revise({ status: 'closed', botContext: null, transferred: true })).toEqual({
        ...thread,
        revision: 2,
        status: 'closed',
        botContext: null,
        transferred: true,
      })
      await write((queries) => queries.conversations.patch(thread.key, { waitedMs: 5 }))
      expect(await read.conversations.byKey(thread.key)).toMatchObject({ revision: 2, waitedMs: 5 })
    },
  },
  {
    title: 'a step is read and takes a revision, and nothing else changes',
    run: async (world) => {
      const { read, write } = world
      const thread = await world.conversation({ lastSequence: 4 })
      const step = await write((queries) => queries.conversations.lockStep(thread.key))
      expect(thread).toMatchObject(step ?? { key: 0 })
      expect(await write((queries) => queries.conversations.nextRevision(thread.key))).toEqual({
        ...step,
        revision: 1,
      })
      expect(await read.conversations.byKey(thread.key)).toEqual({ ...thread, revision: 1 })
      expect(await write((queries) => queries.conversations.lockStep(0))).toBeUndefined()
    },
  },
  {
    title: 'the newest support conversation of a contact is found by its states',
    run: async (world) => {
      const { read } = world
      const contact = await world.contact()
      const given = { contactKey: contact.key }
      const closed = await world.conversation({ ...given, status: 'closed' })
      const open = await world.conversation(given)
      await world.conversation({ ...given, kind: 'direct' })
      expect(await read.conversations.newestOfContact(contact.key, ['open', 'closed'])).toEqual(open)
      expect(await read.conversations.newestOfContact(contact.key, ['closed'])).toEqual(closed)
      expect(await read.conversations.newestOfContact(contact.key, ['snoozed'])).toBeUndefined()
    },
  },
  {
    title: 'lists combine their filters, newest first, and never show another app',
    run: async (world) => {
      const { app, read, write } = world
      const agent = await world.agent()
      const waiting = await world.conversation()
      const mine = await world.conversation({ handler: 'agent', assigneeKey: agent.key })
      const closed = await world.conversation({ status: 'closed', handler: null })
      await write((queries) => queries.conversations.addTag(mine.key, app.key, 'vip'))
      const list = (filter: Parameters<typeof read.conversations.list>[1], beforeKey?: number) =>
        read.conversations.list(app.key, filter, { limit: 10, beforeKey })
      expect(await list({})).toEqual([closed, mine, waiting])
      expect(await list({}, mine.key)).toEqual([waiting])
      expect(await list({ status: 'open' })).toEqual([mine, waiting])
      expect(await list({ assigneeKey: null, status: 'open' })).toEqual([waiting])
      expect(await list({ assigneeKey: agent.key, handler: 'agent' })).toEqual([mine])
      expect(await list({ tag: 'vip' })).toEqual([mine])
      expect(await list({ keys: [closed.key, mine.key] })).toEqual([closed, mine])
      expect(await list({ contactKey: 0 })).toEqual([])
      expect(await read.conversations.list(app.key + 1_000_000, {}, { limit: 10 })).toEqual([])
      const counts = await read.conversations.countByState(app.key)
      expect(counts).toHaveLength(3)
      expect(counts).toContainEqual({ status: 'closed', handler: null, count: 1 })
    },
  },
  {
    title: 'snoozed conversations are found when their time has come, earliest first',
    run: async (world) => {
      const { read } = world
      const late = await world.conversation({ status: 'snoozed', snoozedUntil: 20 })
      const early = await world.conversation({ status: 'snoozed', snoozedUntil: 10 })
      await world.conversation({ status: 'snoozed', snoozedUntil: start })
      expect(await read.conversations.snoozedUntil(20, 10)).toEqual([early, late])
      expect(await read.conversations.snoozedUntil(20, 1)).toEqual([early])
    },
  },
  {
    title: 'tags and ratings are taken once',
    run: async (world) => {
      const { app, read, write } = world
      const [one, two] = [await world.conversation(), await world.conversation()]
      const add = (key: number, tag: string) =>
        write((queries) => queries.conversations.addTag(key, app.key, tag))
      expect([await add(one.key, 'b'), await add(one.key, 'b'), await add(one.key, 'a')]).toEqual([
        true,
        false,
        true,
      ])
      await add(two.key, 'b')
      expect(await read.conversations.tags([one.key, two.key])).toEqual([
        { conversationKey: one.key, tag: 'a' },
        { conversationKey: one.key, tag: 'b' },
        { conversationKey: two.key, tag: 'b' },
      ])
      expect(await read.conversations.appTags(app.key)).toEqual([
        { tag: 'a', count: 1 },
        { tag: 'b', count: 2 },
      ])
      const remove = () => write((queries) => queries.conversations.removeTag(one.key, 'a'))
      expect([await remove(), await remove()]).toEqual([true, false])
      const rating = {
        conversationKey: one.key,
        closing: 1,
        appKey: app.key,
        score: 4,
        comment: null,
        at: start,
      }
      const rate = () => write((queries) => queries.conversations.insertRating(rating))
      expect([await rate(), await rate()]).toEqual([true, false])
    },
  },
  {
    title: 'changes are read after a revision, and the one that a revision lies at or behind',
    run: async (world) => {
      const { read, write } = world
      const thread = await world.conversation()
      for (const revision of [2, 5, 9])
        await write((queries) => queries.conversations.insertChange(change(thread.key, revision)))
      const after = await read.conversations.changesAfter(thread.key, 2, 10)
      expect(after).toEqual([change(thread.key, 5), change(thread.key, 9)])
      expect(await read.conversations.changesAfter(thread.key, 0, 1)).toEqual([change(thread.key, 2)])
      expect(await read.conversations.changeAtOrBefore(thread.key, 8)).toEqual(change(thread.key, 5))
      expect(await read.conversations.changeAtOrBefore(thread.key, 1)).toBeUndefined()
    },
  },
  {
    title: 'a conversation is deleted with all that hangs on it, and leaves the queue',
    run: async (world) => {
      const { app, read, write, store } = world
      const thread = await world.conversation()
      const messageKey = await world.message(thread.key, 1, { body: 'findable' })
      await write(async (queries) => {
        await queries.participants.ensure(participantRow(thread.key, 1))
        await queries.conversations.insertChange(change(thread.key, 2))
        await queries.conversations.addTag(thread.key, app.key, 'x')
        await queries.attachments.insert(attachmentRow(app.key, { messageKey }))
        await queries.queue.enter(entryRow(app.key, thread.key))
      })
      await store.indexForSearch(1_000)
      await write((queries) => queries.conversations.remove(thread.key))
      expect(await read.conversations.byKey(thread.key)).toBeUndefined()
      expect(await read.messages.byKeys([messageKey])).toEqual([])
      expect(await read.participants.of([thread.key])).toEqual([])
      expect(await read.conversations.changesAfter(thread.key, 0, 9)).toEqual([])
      expect(await read.attachments.of([messageKey])).toEqual([])
      expect(await read.queue.sizes(app.key)).toEqual([{ priority: 1, waiting: 0 }])
      expect(await read.search.conversations(app.key, 'findable', { notes: true, limit: 9 })).toEqual([])
    },
  },
  {
    title: 'a participant is added once and its cursors only go forward',
    run: async (world) => {
      const { read, write } = world
      const thread = await world.conversation()
      await write(async (queries) => {
        await queries.participants.ensure(participantRow(thread.key, 7))
        await queries.participants.ensure(participantRow(thread.key, 7, { readSequence: 99 }))
      })
      const move = (cursors: { read: number; delivered: number; at: number }) =>
        write((queries) => queries.participants.moveCursors(thread.key, 'contact', 7, cursors))
      expect(await move({ read: 0, delivered: 4, at: start + 1 })).toMatchObject({
        readSequence: 0,
        readAt: null,
        deliveredSequence: 4,
        deliveredAt: start + 1,
      })
      expect(await move({ read: 6, delivered: 0, at: start + 2 })).toMatchObject({
        readSequence: 6,
        deliveredSequence: 6,
        deliveredAt: start + 2,
      })
      expect(await move({ read: 6, delivered: 5, at: start + 3 })).toBeUndefined()
      const one = await read.participants.one(thread.key, 'contact', 7)
      expect(one).toMatchObject({ readSequence: 6, readAt: start + 2 })
      expect(await read.participants.of([thread.key, 0])).toEqual([one])
    },
  },
]
