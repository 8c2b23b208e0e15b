import { expect } from 'vitest'
import { agentRow, attachmentRow, contactRow, start, uniqueId } from '../rows.js'
import type { ParityCase } from './world.js'

const sequences = (messages: { sequence: number | null }[]) => messages.map(({ sequence }) => sequence)

export const messageCases: ParityCase[] = [
  {
    title: 'a message comes back with the id and name of who sent it',
    run: async (world) => {
      const { read } = world
      const thread = await world.conversation()
      const [agent, contact] = [await world.agent({ name: 'Ada' }), await world.contact({ name: null })]
      const metadata = { nested: { a: null } }
      const keys = [
        await world.message(thread.key, 1, { senderType: 'agent', senderKey: agent.key, metadata }),
        await world.message(thread.key, 2, { senderType: 'contact', senderKey: contact.key }),
        await world.message(thread.key, 3, { senderType: 'system' }),
      ]
      const sent = await read.messages.byKeys(keys)
      expect(sent).toMatchObject([
        { senderId: agent.id, senderName: 'Ada', metadata, internal: false },
        { senderId: contact.id, senderName: null, metadata: null },
        { senderId: null, senderName: null },
      ])
      const [first] = sent
      expect(await read.messages.byId(thread.key, first?.id ?? '')).toEqual(first)
      expect(await read.messages.byId(thread.key + 1, first?.id ?? '')).toBeUndefined()
    },
  },
  {
    title: 'pages go forward, backward and through a range, with notes behind their place',
    run: async (world) => {
      const { read } = world
      const thread = await world.conversation()
      for (const sequence of [1, 2, 3, 4, 5]) await world.message(thread.key, sequence)
      await world.message(thread.key, null, { afterSequence: 0, body: 'first of all' })
      await world.message(thread.key, null, { afterSequence: 3 })
      const { messages } = read
      expect(sequences(await messages.after(thread.key, 2, 2))).toEqual([3, 4])
      expect(sequences(await messages.before(thread.key, 4, 2))).toEqual([2, 3])
      expect(sequences(await messages.range(thread.key, 2, 4, false))).toEqual([3, 4])
      expect(sequences(await messages.range(thread.key, 2, 4, true))).toEqual([3, null, 4])
      expect(sequences(await messages.range(thread.key, -1, 1, true))).toEqual([null, 1])
      expect(sequences(await messages.range(thread.key, 0, 1, true))).toEqual([null, 1])
    },
  },
  {
    title: 'a message sent twice is found by its local id, and a hash that collides is told apart',
    run: async (world) => {
      const { write } = world
      const thread = await world.conversation()
      const sent = { localId: 'l1', dedupe: 2 ** 47 + 5, senderType: 'contact' as const, senderKey: 3 }
      const key = await world.message(thread.key, 1, sent)
      const find = (localId: string, senderKey: number) =>
        write((queries) => queries.messages.duplicate(thread.key, sent.dedupe, localId, 'contact', senderKey))
      expect((await find('l1', 3))?.key).toBe(key)
      expect(await find('l1', 4)).toBeUndefined()
      expect(await find('l2', 3)).toBeUndefined()
    },
  },
  {
    title: 'the newest message of each conversation is its last sequence, never a note',
    run: async (world) => {
      const { read, write } = world
      const [one, two] = [await world.conversation(), await world.conversation()]
      for (const thread of [one, two]) {
        await write(async (queries) => {
          await queries.conversations.advance(thread.key, { at: start, fromContact: true })
        })
        await world.message(thread.key, 1, { body: thread.id })
        await world.message(thread.key, null, { afterSequence: 1, body: 'note' })
      }
      const newest = await read.messages.newest([one.key, two.key])
      expect(newest.map(({ body }) => body).sort()).toEqual([one.id, two.id].sort())
    },
  },
  {
    title: 'the last sequence at a time is found, before the first there is none',
    run: async (world) => {
      const { read } = world
      const thread = await world.conversation()
      for (const sequence of [1, 2, 3, 4, 5, 6, 7]) await world.message(thread.key, sequence)
      const at = (milliseconds: number) => read.messages.sequenceAt(thread.key, 7, start + milliseconds)
      expect(await Promise.all([at(0), at(1_000), at(3_999), at(4_000), at(99_000)])).toEqual([0, 1, 3, 4, 7])
    },
  },
  {
    title: 'a message is changed field by field and counted by who sent it',
    run: async (world) => {
      const { app, read, write } = world
      const before = uniqueId('msg')
      const thread = await world.conversation()
      const key = await world.message(thread.key, 1, { senderType: 'agent' })
      await world.message(thread.key, 2, { senderType: 'contact' })
      await world.message(thread.key, 3, { senderType: 'contact' })
      await world.message(thread.key, null, { senderType: 'agent', afterSequence: 3 })
      await write((queries) => queries.messages.update(key, { body: 'new', editedAt: start, revision: 9 }))
      expect(await read.messages.byKeys([key])).toMatchObject([{ body: 'new', revision: 9, deletedAt: null }])
      const counts = [
        { senderType: 'agent', count: 1 },
        { senderType: 'contact', count: 2 },
      ]
      expect(await read.messages.countBySender(thread.key, 0)).toEqual(counts)
      expect(await read.messages.countBySender(thread.key, 1)).toEqual(counts.slice(1))
      expect(await read.messages.countSince(app.key, before)).toEqual(counts)
      expect(await read.messages.countSince(app.key, uniqueId('msg'))).toEqual([])
      expect(await read.messages.countUnread(thread.key, 0, 'contact', 10)).toBe(1)
      expect(await read.messages.countUnread(thread.key, 0, 'agent', 10)).toBe(2)
      expect(await read.messages.countUnread(thread.key, 0, 'agent', 1)).toBe(1)
    },
  },
  {
    title: 'a reaction is taken once and taken back once',
    run: async (world) => {
      const { read, write } = world
      const thread = await world.conversation()
      const messageKey = await world.message(thread.key, 1)
      const agent = await write((queries) => queries.agents.insert(agentRow()))
      const contact = await write((queries) => queries.contacts.insert(contactRow(world.app.key)))
      const reaction = { messageKey, type: 'agent' as const, memberKey: agent.key, emoji: '👍🏽' }
      const add = () => write((queries) => queries.messages.insertReaction({ ...reaction, createdAt: start }))
      expect([await add(), await add()]).toEqual([true, false])
      const theirs = { ...reaction, type: 'contact' as const, memberKey: contact.key, emoji: '🎉' }
      await write((queries) => queries.messages.insertReaction({ ...theirs, createdAt: start + 1 }))
      expect(await read.messages.reactions([messageKey])).toEqual([
        { ...reaction, userId: agent.id },
        { ...theirs, userId: contact.id },
      ])
      const remove = () => write((queries) => queries.messages.removeReaction(reaction))
      expect([await remove(), await remove()]).toEqual([true, false])
    },
  },
  {
    title: 'a file hangs on one message for ever, and is found in its own app only',
    run: async (world) => {
      const { app, read, write } = world
      const thread = await world.conversation()
      const [one, two] = [await world.message(thread.key, 1), await world.message(thread.key, 2)]
      const file = await write((queries) => queries.attachments.insert(attachmentRow(app.key)))
      expect(await read.attachments.byIds(app.key, [file.id, 'att_unknown'])).toEqual([file])
      expect(await read.attachments.byIds(app.key + 1, [file.id])).toEqual([])
      expect(await read.attachments.byId(file.id)).toEqual(file)
      const attach = (messageKey: number) =>
        write((queries) => queries.attachments.attach([file.key], messageKey))
      expect([await attach(one), await attach(two)]).toEqual([1, 0])
      expect(await read.attachments.of([one, two])).toEqual([{ ...file, messageKey: one }])
      const removed = await write((queries) => queries.attachments.removeOf(one))
      expect(removed).toEqual([{ ...file, messageKey: one }])
      const other = await write((queries) =>
        queries.attachments.insert(attachmentRow(app.key, { messageKey: two })),
      )
      const removeAll = () => write((queries) => queries.attachments.removeOfConversation(thread.key))
      expect([await removeAll(), await removeAll()]).toEqual([[other], []])
      expect(await write((queries) => queries.attachments.removeOfContact(0))).toEqual([])
      expect(await write((queries) => queries.attachments.removeOfApp(file.appKey))).toEqual([])
    },
  },
]
