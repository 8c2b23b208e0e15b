import { describe, expect, test } from 'vitest'
import type { ErrorCode } from '../../src/server/core/errors.js'
import type { ParticipantRole } from '../../src/server/core/model.js'
import { eachDatabase } from '../helpers/databases.js'
import { until } from '../helpers/until.js'
import { type Circle, newCircle } from './circle.js'
import { refusal, sharedInstance } from './instance.js'

eachDatabase('Members', (database) => {
  let address: Promise<string> | undefined
  const url = () => {
    address ??= database.url()
    return address
  }
  const instance = sharedInstance({ url })
  /** Another store on the same database, as another node or process has it. */
  const elsewhere = sharedInstance({ url })

  describe('begin', () => {
    test('one direct conversation with the same person, from either side', async () => {
      const circle = await newCircle(instance())
      const { ann, ben, core } = circle
      const begun = await core.members.begin(ann, { kind: 'direct', userIds: ['ben'], metadata: { a: 1 } })
      expect(begun).toMatchObject({
        created: true,
        view: {
          conversation: { kind: 'direct', subject: null, metadata: { a: 1 }, handler: null },
          participants: [
            { userId: 'ann', role: 'member' },
            { userId: 'ben', role: 'member' },
          ],
        },
      })
      const { id } = begun.view.conversation
      expect(circle.told(id)).toEqual(['conversation.created'])
      const again = await core.members.begin(ben, { kind: 'direct', userIds: ['ann'] })
      expect(again).toMatchObject({ created: false, view: { conversation: { id } } })
      expect(circle.told(id)).toEqual(['conversation.created'])
    })

    test('one direct conversation also when both begin it at once, on two stores', async () => {
      const { ann, ben, core } = await newCircle(instance())
      const begun = await Promise.all(
        Array.from({ length: 16 }, (_, turn) => {
          const [as, userId] = turn % 2 === 0 ? ([ann, 'ben'] as const) : ([ben, 'ann'] as const)
          const node = turn % 4 < 2 ? core : elsewhere().core
          return node.members.begin(as, { kind: 'direct', userIds: [userId] })
        }),
      )
      const ids = new Set(begun.map(({ view }) => view.conversation.id))
      expect(ids.size).toBe(1)
      expect(begun.filter(({ created }) => created)).toHaveLength(1)
      for (const { view } of begun) expect(view.participants).toHaveLength(2)
      const told = [...instance().events, ...elsewhere().events].filter(
        (event) => event.type === 'conversation.created' && ids.has(event.conversation.conversationId),
      )
      expect(told).toHaveLength(1)
      expect((await core.members.list(ann, { limit: 10 })).views).toHaveLength(1)
    })

    test('a group that they own', async () => {
      const circle = await newCircle(instance())
      const { ann, core } = circle
      const input = { kind: 'group' as const, userIds: ['ben', 'cleo', 'ben', 'ann'], title: ' Walkers ' }
      const { view } = await core.members.begin(ann, input)
      expect(view.conversation.subject).toBe('Walkers')
      const { id } = view.conversation
      expect(await circle.people(id)).toEqual(['ann:owner', 'ben:member', 'cleo:member'])
      const other = await core.members.begin(ann, input)
      expect(other.view.conversation.id).not.toBe(id)
    })

    test('one support conversation, which waits where every other does', async () => {
      const { ann, core, company } = await newCircle(instance())
      const begun = await core.members.begin(ann, { kind: 'support', userIds: [], title: 'My order' })
      expect(begun).toMatchObject({
        created: true,
        view: { conversation: { kind: 'support', channel: 'hybrid', handler: 'queue', subject: 'My order' } },
      })
      const again = await core.members.begin(ann, { kind: 'support', userIds: [] })
      expect(again).toMatchObject({
        created: false,
        view: { conversation: { id: begun.view.conversation.id } },
      })
      expect((await core.queue.list(company.ada, { limit: 5 })).size).toBe(1)
    })

    test.each<[string, Parameters<Circle['core']['members']['begin']>[1], ErrorCode]>([
      ['a direct one with oneself', { kind: 'direct', userIds: ['ann'] }, 'invalid_request'],
      ['a direct one with nobody', { kind: 'direct', userIds: [] }, 'invalid_request'],
      ['a direct one with two', { kind: 'direct', userIds: ['ben', 'cleo'] }, 'invalid_request'],
      ['a direct one with a title', { kind: 'direct', userIds: ['ben'], title: 'x' }, 'invalid_request'],
      ['a direct one with a stranger', { kind: 'direct', userIds: ['zoe'] }, 'not_found'],
      ['a group with a stranger', { kind: 'group', userIds: ['ben', 'zoe\u0000', 'yan'] }, 'not_found'],
      [
        'a group with an endless title',
        { kind: 'group', userIds: [], title: 'x'.repeat(201) },
        'invalid_request',
      ],
      ['a support one with others', { kind: 'support', userIds: ['ben'] }, 'invalid_request'],
      [
        'a group with too much metadata',
        { kind: 'group', userIds: [], metadata: { text: 'x'.repeat(20_000) } },
        'invalid_request',
      ],
    ])('not %s', async (_, input, code) => {
      const { ann, core } = await newCircle(instance())
      const error = await refusal(core.members.begin(ann, input), code)
      if (code === 'not_found') expect(error.message).toMatch(/zoe/)
      expect((await core.members.list(ann, { limit: 10 })).views).toEqual([])
    })
  })

  describe('in a group', () => {
    test('changes are told with the next revision, and nothing is told of no change', async () => {
      const circle = await newCircle(instance())
      const { ann, core } = circle
      const id = await circle.group([[circle.ben, 'member']])
      const mark = instance().events.length
      const { conversation } = await core.members.addParticipants(ann, id, ['cleo', 'dan', 'ben'])
      expect(conversation.revision).toBe(1)
      expect((await core.members.setRole(ann, id, 'ben', 'admin')).conversation.revision).toBe(2)
      await core.members.setRole(ann, id, 'ben', 'admin')
      await core.members.addParticipants(ann, id, ['ben'], 'member')
      await core.members.removeParticipant(ann, id, 'dan')
      expect(circle.told(id, mark)).toEqual([
        'participant.added cleo:member',
        'participant.added dan:member',
        'participant.changed ben:admin',
        'participant.removed dan:member',
      ])
      expect(await circle.people(id)).toEqual(['ann:owner', 'ben:admin', 'cleo:member'])
    })

    test.each<[string, ['ben' | 'cleo' | 'dan', ParticipantRole][], string[]]>([
      [
        'the admin who came first',
        [
          ['ben', 'member'],
          ['cleo', 'admin'],
          ['dan', 'admin'],
        ],
        ['ben:member', 'cleo:owner', 'dan:admin'],
      ],
      [
        'the member who came first where there is no admin',
        [
          ['ben', 'member'],
          ['cleo', 'member'],
        ],
        ['ben:owner', 'cleo:member'],
      ],
      [
        'nobody new where another owner stays',
        [
          ['ben', 'member'],
          ['cleo', 'owner'],
        ],
        ['ben:member', 'cleo:owner'],
      ],
    ])('an owner who leaves leaves it to %s', async (_, roles, left) => {
      const circle = await newCircle(instance())
      const id = await circle.group(roles.map(([name, role]) => [circle[name], role]))
      await circle.core.members.removeParticipant(circle.ann, id, 'ann')
      expect(await circle.people(id, circle.ben)).toEqual(left)
      await refusal(circle.core.members.one(circle.ann, id), 'not_found')
    })

    test('there is an owner also when two owners leave at once, on two stores', async () => {
      const circle = await newCircle(instance())
      const { ann, ben, cleo, core } = circle
      const id = await circle.group([
        [ben, 'owner'],
        [cleo, 'member'],
      ])
      await Promise.all([
        core.members.removeParticipant(ann, id, 'ann'),
        elsewhere().core.members.removeParticipant(ben, id, 'ben'),
      ])
      expect(await circle.people(id, cleo)).toEqual(['cleo:owner'])
    })

    test('two owners who make each other less leave one', async () => {
      const circle = await newCircle(instance())
      const { ann, ben, core } = circle
      const id = await circle.group([[ben, 'owner']])
      const outcomes = await Promise.allSettled([
        core.members.setRole(ann, id, 'ben', 'member'),
        core.members.setRole(ben, id, 'ann', 'member'),
      ])
      expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected'])
      expect((await circle.people(id)).filter((person) => person.endsWith(':owner'))).toHaveLength(1)
    })

    test('the last owner is neither made less nor taken out', async () => {
      const circle = await newCircle(instance())
      const { ann, ben, core } = circle
      const id = await circle.group([[ben, 'admin']])
      const attempts = [
        () => core.members.setRole(ann, id, 'ann', 'member'),
        () => core.members.setRole(ben, id, 'ann', 'member'),
        () => core.members.removeParticipant(ben, id, 'ann'),
      ]
      for (const attempt of attempts)
        expect((await refusal(attempt(), 'conflict')).message).toMatch(/last owner/)
      expect(await circle.people(id)).toEqual(['ann:owner', 'ben:admin'])
    })

    test('the last who leaves takes it along, with its files', async () => {
      const circle = await newCircle(instance())
      const { ann, core } = circle
      const id = await circle.group()
      const file = await core.attachments.upload(ann, { name: 'a.txt', content: Buffer.from('walk') })
      await core.messages.post(ann, id, { localId: 'with a file', attachments: [file.id] })
      await core.members.removeParticipant(ann, id, 'ann')
      expect(circle.told(id).at(-1)).toBe('conversation.removed')
      expect((await core.members.list(ann, { limit: 5 })).views).toEqual([])
      const { files, store } = instance().context
      expect(await store.read.attachments.byId(file.id)).toBeUndefined()
      await until('its content is gone', async () => (await files.read(file.storageKey)) === null)
    })

    test('who left may be let in again, and reads on', async () => {
      const circle = await newCircle(instance())
      const { ann, ben, core } = circle
      const id = await circle.group([[ben, 'admin']])
      await circle.say(ann, id, 'before')
      await core.members.removeParticipant(ben, id, 'ben')
      await circle.say(ann, id, 'meanwhile')
      await core.members.addParticipants(ann, id, ['ben'])
      expect(await circle.people(id)).toEqual(['ann:owner', 'ben:member'])
      expect(await core.members.unreadCount(ben, id)).toBe(0)
      expect(await circle.bodies(ben, id)).toEqual(['before', 'meanwhile'])
      await circle.say(ben, id, 'back')
    })

    test('there is room for a thousand', async () => {
      const circle = await newCircle(instance())
      const { ann, app, core } = circle
      const users = Array.from({ length: 1_000 }, (_, number) => ({
        externalUserId: `user-${number}`,
        name: `User ${number}`,
      }))
      await core.directory.syncMany(app, users)
      const userIds = users.map(({ externalUserId }) => externalUserId)
      await refusal(core.members.begin(ann, { kind: 'group', userIds }), 'invalid_request')
      const begun = await core.members.begin(ann, { kind: 'group', userIds: userIds.slice(1) })
      expect(begun.view.participants).toHaveLength(1_000)
      const { id } = begun.view.conversation
      await refusal(core.members.addParticipants(ann, id, ['user-0']), 'invalid_request')
    })
  })

  test.each(['direct', 'support'] as const)('do not change who is in a %s conversation', async (kind) => {
    const circle = await newCircle(instance())
    const { ann, core } = circle
    const userIds = kind === 'direct' ? ['ben'] : []
    const { id } = (await core.members.begin(ann, { kind, userIds })).view.conversation
    await refusal(core.members.addParticipants(ann, id, ['cleo']), 'conflict')
    await refusal(core.members.setRole(ann, id, 'ann', 'owner'), 'conflict')
    await refusal(core.members.removeParticipant(ann, id, 'ann'), 'conflict')
    await refusal(core.members.remove(ann, id, 'everyone'), 'forbidden')
  })

  test('neither close, rate nor hand on what nobody serves', async () => {
    const circle = await newCircle(instance())
    const { ann, core } = circle
    const id = await circle.direct()
    await refusal(core.lifecycle.close(ann, id), 'conflict')
    await refusal(core.lifecycle.rate(ann, id, 5), 'conflict')
    await refusal(core.queue.request(ann, id, {}), 'conflict')
  })
})
