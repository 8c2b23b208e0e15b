import { expect } from 'vitest'
import { conversationRow, participantRow, start } from '../rows.js'
import type { ParityCase } from './world.js'

const arriving = (at: number, readThrough = 0) => ({ role: 'member' as const, at, readThrough })

export const memberCases: ParityCase[] = [
  {
    title: 'a direct conversation of the same two is inserted once in an app',
    run: async (world) => {
      const { app, read, write } = world
      const insert = () =>
        write((queries) =>
          queries.members.insertDirect({
            ...conversationRow(app.key, { kind: 'direct' }),
            directKey: '1:2',
          }),
        )
      const direct = await insert()
      expect(direct).toMatchObject({ kind: 'direct', directKey: '1:2' })
      expect(await insert()).toBeUndefined()
      expect(await read.members.direct(app.key, '1:2')).toEqual(direct)
      expect(await read.members.direct(app.key + 1_000_000, '1:2')).toBeUndefined()
    },
  },
  {
    title: 'members come, go and come back, in the order in which they came',
    run: async (world) => {
      const { read, write } = world
      const [ann, ben] = [
        await world.contact({ externalId: 'ann', name: 'Ann', avatar: 'a.png' }),
        await world.contact({ name: 'Ben' }),
      ]
      const { key } = await world.conversation({ kind: 'group', contactKey: null })
      const join = (contactKey: number, at: number, readThrough = 0) =>
        write(({ members }) => members.join(key, [contactKey], arriving(at, readThrough)))
      expect(await join(ben.key, start, 5)).toEqual([ben.key])
      expect(await join(ben.key, start + 9, 9)).toEqual([])
      expect(await join(ann.key, start + 1)).toEqual([ann.key])
      expect(await read.members.active([key, 0])).toMatchObject([
        { memberKey: ben.key, userId: ben.id, name: 'Ben', readSequence: 5, joinedAt: start },
        { memberKey: ann.key, userId: 'ann', name: 'Ann', avatar: 'a.png', role: 'member' },
      ])
      const leave = () => write(({ members }) => members.leave(key, ben.key, start + 2))
      expect([await leave(), await leave()]).toEqual([true, false])
      expect(await read.members.participant(key, ben.key)).toBeUndefined()
      expect(await write(({ members }) => members.join(key, [], arriving(start)))).toEqual([])
      expect(await join(ben.key, start + 3, 3)).toEqual([ben.key])
      expect(await read.members.participant(key, ben.key)).toMatchObject({ readSequence: 5, leftAt: null })
      await write(async ({ members }) => {
        await members.setRole(key, ann.key, 'admin')
        await members.hide(key, ann.key, 4)
      })
      expect(await read.members.participant(key, ann.key)).toMatchObject({
        role: 'admin',
        hiddenThrough: 4,
      })
      expect((await read.members.active([key])).map(({ memberKey }) => memberKey)).toEqual([ann.key, ben.key])
      expect([await read.members.hasTalked(ann.key), await read.members.hasTalked(0)]).toEqual([true, false])
    },
  },
  {
    title: 'somebody’s conversations are listed by their last activity, without those that they deleted',
    run: async (world) => {
      const { read, write } = world
      const ann = await world.contact()
      const quiet = await world.conversation({ kind: 'direct', createdAt: start + 5 })
      const busy = await world.conversation({ kind: 'group', lastMessageAt: start + 9, lastSequence: 3 })
      const support = await world.conversation({ createdAt: start + 7, contactKey: ann.key })
      const left = await world.conversation({ kind: 'group' })
      const empty = await world.conversation({ kind: 'group' })
      await write(async ({ participants }) => {
        for (const { key } of [quiet, busy, support]) await participants.ensure(participantRow(key, ann.key))
        await participants.ensure(participantRow(left.key, ann.key, { leftAt: start }))
        await participants.ensure(participantRow(empty.key, ann.key, { hiddenThrough: -1 }))
      })
      const page = async (options: Partial<Parameters<typeof read.members.page>[1]> = {}) =>
        (await read.members.page(ann.key, { limit: 10, ...options })).map((own) => own.conversation.key)
      expect(await page()).toEqual([busy.key, support.key, quiet.key])
      expect(await page({ limit: 1 })).toEqual([busy.key])
      expect(await page({ kinds: ['direct', 'group'] })).toEqual([busy.key, quiet.key])
      expect(await page({ before: { activeAt: start + 7, key: support.key } })).toEqual([quiet.key])
      const [first] = await read.members.page(ann.key, { limit: 1 })
      expect(first).toMatchObject({ activeAt: start + 9, participant: { memberKey: ann.key } })
      await write(({ members }) => members.hide(busy.key, ann.key, 3))
      expect(await page()).toEqual([support.key, quiet.key])
      await write((queries) => queries.conversations.advance(busy.key, { at: start + 10, fromContact: true }))
      expect(await page()).toEqual([busy.key, support.key, quiet.key])
      const joined = await read.members.joined(ann.key, 10)
      expect(joined.map(({ id }) => id)).toEqual([empty.id, support.id, busy.id, quiet.id])
      expect(await read.members.joined(ann.key, 10, ['direct'])).toEqual([{ key: quiet.key, id: quiet.id }])
    },
  },
  {
    title: 'a message is hidden from one contact, and found in its own app only',
    run: async (world) => {
      const { app, read, write } = world
      const thread = await world.conversation({ kind: 'direct' })
      const [one, two] = [await world.message(thread.key, 1), await world.message(thread.key, 2)]
      for (const _ of ['once', 'again']) await write(({ members }) => members.hideMessage(one, 7))
      expect(await read.members.hidden([one, two], 7)).toEqual([one])
      expect(await read.members.hidden([one, two], 8)).toEqual([])
      expect(await read.members.hidden([], 7)).toEqual([])
      const [{ id } = { id: '' }] = await read.messages.byKeys([one])
      const place = { messageKey: one, conversationId: thread.id }
      expect(await read.members.place(app.key, id)).toEqual(place)
      expect(await read.members.place(app.key + 1_000_000, id)).toBeUndefined()
    },
  },
  {
    title:
      'members are found by what the host calls them, and those whom it deleted are remembered until they come back',
    run: async (world) => {
      const { app, read, write } = world
      const ann = await world.contact({ externalId: 'ann' })
      const ben = await world.contact({ externalId: 'ben' })
      const found = await read.members.byExternalIds(app.key, ['ben', 'ann', 'nobody'])
      expect(found.map(({ key }) => key).sort((one, two) => one - two)).toEqual([ann.key, ben.key])
      expect(await read.members.byExternalIds(app.key + 1_000_000, ['ann'])).toEqual([])
      expect(await read.members.byExternalIds(app.key, [])).toEqual([])
      await write(({ members }) => members.depart(app.key, 'ann', start))
      await write(({ members }) => members.depart(app.key, 'ann', start + 1))
      expect(await read.members.departedAt(app.key, 'ann')).toBe(start + 1)
      expect(await read.members.departedAt(app.key, 'ben')).toBeUndefined()
      await write(({ members }) => members.arrive(app.key, ['ann', 'ben']))
      expect(await read.members.departedAt(app.key, 'ann')).toBeUndefined()
    },
  },
]
