import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Conversation, Message } from '../../src/server/protocols/hybrid/schemas.js'
import { handMovedClock } from '../helpers/clock.js'
import type { TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { holdEventsToSchema } from './conforming.js'
import { by, conversationOf, device, known, newUser, say, startHosted } from './host.js'
import { connectAgent, type Live } from './live.js'
import { hear, openScene, type Scene } from './scene.js'

let server: TestServer
let scene: Scene
beforeAll(async () => {
  server = await startHosted()
})
afterAll(() => server[Symbol.asyncDispose]())
beforeEach(async () => {
  scene = await openScene(server)
})
afterEach(() => {
  for (const live of Object.values(scene.devices)) holdEventsToSchema(live, '/')
  scene[Symbol.dispose]()
})

const aTime = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
const messages = () => `/api/conversations/${scene.group}/messages`
const send = (userId: string, content: string) =>
  by<Message>(server, userId, 'POST', messages(), { content }).then(({ body }) => body)

describe('who hears what, and nobody else anything', () => {
  test('connected says who is there and which conversations are heard', async () => {
    using again = await device(server, scene.ann)
    expect(again.received[0]).toEqual({
      name: 'connected',
      payload: {
        userId: scene.ann,
        socketId: again.socket.id,
        rooms: [scene.group],
        timestamp: aTime,
      },
    })
  })

  test('message:new comes to all devices in the conversation, the sender’s too', async () => {
    const { devices, group, ann } = scene
    await hear(
      scene,
      () =>
        devices.ann1.ask('message:send', {
          conversationId: group,
          content: 'Hello',
          localId: 'l1',
          metadata: { a: 1 },
        }),
      (ack: { ok: boolean; message: Message }) => {
        expect(ack).toEqual({
          ok: true,
          message: {
            id: expect.stringMatching(/^msg_/),
            conversationId: group,
            sequence: 1,
            senderId: ann,
            sender: { id: ann, type: 'contact', name: `Name of ${ann}` },
            type: 'text',
            content: 'Hello',
            attachments: [],
            replyTo: null,
            reactions: [],
            metadata: { a: 1 },
            localId: 'l1',
            isEdited: false,
            isDeleted: false,
            createdAt: aTime,
            updatedAt: aTime,
            deletedAt: null,
          },
        })
        const told: [string, unknown][] = [['message:new', ack.message]]
        return { ann1: told, ann2: told, bob: told }
      },
    )
  })

  test('message:updated and message:deleted', async () => {
    const { devices, group, ann } = scene
    const { id: messageId } = await send(ann, 'frist')
    await hear(
      scene,
      () => devices.ann2.ask('message:edit', { messageId, content: 'first' }),
      () => {
        const told: [string, unknown][] = [
          ['message:updated', { messageId, content: 'first', isEdited: true, updatedAt: aTime }],
        ]
        return { ann1: told, ann2: told, bob: told }
      },
    )
    await hear(
      scene,
      () => devices.ann1.ask('message:delete', { messageId }),
      () => {
        const told: [string, unknown][] = [
          ['message:deleted', { messageId, conversationId: group, deletedAt: aTime }],
        ]
        return { ann1: told, ann2: told, bob: told }
      },
    )
  })

  test('a message that somebody deletes for themselves goes from all their devices, and the others hear nothing', async () => {
    const { ann, bob, group, devices } = scene
    const { id: messageId } = await send(ann, 'hello')
    await hear(
      scene,
      () => devices.ann1.ask('message:delete', { messageId, for: 'me' }),
      () => {
        const told: [string, unknown][] = [
          ['message:deleted', { messageId, conversationId: group, deletedAt: aTime }],
        ]
        return { ann1: told, ann2: told }
      },
    )
    expect((await by(server, ann, 'GET', `/api/messages/${messageId}`)).status).toBe(404)
    expect((await by(server, bob, 'GET', `/api/messages/${messageId}`)).status).toBe(200)
  })

  test('reaction:added and reaction:removed, each once, with how many there are now', async () => {
    const { devices, group, ann, bob } = scene
    const { id: messageId } = await send(ann, 'nice?')
    const reacted = (userId: string, totalCount: number) => ({
      messageId,
      conversationId: group,
      emoji: '👍',
      userId,
      totalCount,
    })
    const everybody = (event: string, payload: unknown) => {
      const told: [string, unknown][] = [[event, payload]]
      return { ann1: told, ann2: told, bob: told }
    }
    const react = (name: 'ann1' | 'bob', change: 'add' | 'remove') => () =>
      devices[name].ask(`reaction:${change}`, { messageId, emoji: '👍' })
    await hear(scene, react('bob', 'add'), (ack) => {
      expect(ack).toEqual({ ok: true, messageId, emoji: '👍', totalCount: 1 })
      return everybody('reaction:added', reacted(bob, 1))
    })
    await hear(scene, react('ann1', 'add'), () => everybody('reaction:added', reacted(ann, 2)))
    await hear(scene, react('bob', 'add'), () => ({}))
    await hear(scene, react('bob', 'remove'), () => everybody('reaction:removed', reacted(bob, 1)))
  })

  test('message:read and conversation:read, and only when something became read', async () => {
    const { devices, group, ann, bob } = scene
    const [first, , third] = [await send(ann, '1'), await send(ann, '2'), await send(ann, '3')]
    await send(ann, '4')
    const everybody = (event: string, payload: object) => {
      const told: [string, unknown][] = [
        [event, { conversationId: group, userId: bob, readAt: aTime, ...payload }],
      ]
      return { ann1: told, ann2: told, bob: told }
    }
    await hear(
      scene,
      () => devices.bob.ask('message:read', { messageId: first.id }),
      (ack) => {
        expect(ack).toEqual({ ok: true, updated: 1 })
        return everybody('message:read', { messageId: first.id })
      },
    )
    await hear(
      scene,
      () => devices.bob.ask('conversation:read', { conversationId: group, upToMessageId: third?.id }),
      () => everybody('conversation:read', { upToMessageId: third?.id, count: 2 }),
    )
    await hear(
      scene,
      () => devices.bob.ask('conversation:read', { conversationId: group }),
      () => everybody('conversation:read', { count: 1 }),
    )
    await hear(
      scene,
      () => devices.bob.ask('conversation:read', { conversationId: group }),
      () => ({}),
    )
  })

  test('user:typing and user:recording come to the others alone', async () => {
    const { devices, group, bob } = scene
    for (const [event, name, type] of [
      ['typing', 'user:typing', 'typing'],
      ['recording', 'user:recording', 'recording'],
    ] as const)
      for (const [step, isActive] of [
        ['start', true],
        ['stop', false],
      ] as const)
        await hear(
          scene,
          () => devices.bob.ask(`${event}:${step}`, { conversationId: group }),
          () => {
            const payload = { conversationId: group, userId: bob, type, isActive, timestamp: aTime }
            return { ann1: [[name, payload]], ann2: [[name, payload]] }
          },
        )
  })

  test('user:online and user:offline come once, to those who share a conversation', async () => {
    const clock = handMovedClock(Date.now())
    await using timed = await startHosted({ overrides: { clock } })
    const [ann = '', bob = '', zoe = ''] = await known(timed, 'ann', 'bob', 'zoe')
    await conversationOf(timed, ann, 'direct', [zoe])
    await conversationOf(timed, ann, 'direct', [bob])
    using friend = await device(timed, ann)
    using stranger = await device(timed, bob)
    const first = await device(timed, zoe)
    const second = await device(timed, zoe)
    expect(await friend.next('user:online', ({ userId }) => userId === zoe)).toEqual({
      userId: zoe,
      timestamp: aTime,
    })
    for (const live of [first, second]) live.socket.disconnect()
    const gone = await until('the word that Zoe has gone', () => {
      clock.advance(1_000)
      return friend.of('user:offline')[0]
    })
    expect(gone).toEqual({ userId: zoe, timestamp: aTime, lastSeen: aTime })
    await Promise.all([friend, stranger].map((live) => live.ask('ping')))
    const about = (live: Live) =>
      live.received.flatMap(({ name, payload }) => (payload.userId === zoe ? [name] : []))
    expect(about(friend)).toEqual(['user:online', 'user:offline'])
    expect(about(stranger)).toEqual([])
    for (const live of [friend, stranger]) holdEventsToSchema(live, '/')
  })

  test('an agent who serves comes and goes like any other user', async () => {
    const clock = handMovedClock(Date.now())
    await using timed = await startHosted({ overrides: { clock } })
    const [ann = '', bob = ''] = await known(timed, 'ann', 'bob')
    using customer = await device(timed, ann)
    using stranger = await device(timed, bob)
    const { id } = await conversationOf(timed, ann, 'support')
    const agent = await connectAgent(timed, 'ana')
    const claim = await agent.ask('conversation:claim', { conversation_id: id })
    const { assignee } = claim.conversation as { assignee: { id: string } }
    agent.socket.disconnect()
    const gone = await until('the word that the agent has gone', () => {
      clock.advance(1_000)
      return customer.of('user:offline')[0]
    })
    expect(gone).toEqual({ userId: assignee.id, timestamp: aTime, lastSeen: aTime })
    using back = await connectAgent(timed, 'ana')
    expect(await customer.next('user:online')).toEqual({ userId: assignee.id, timestamp: aTime })
    await Promise.all([back, stranger].map((live) => live.ask('ping')))
    expect(stranger.received.map(({ name }) => name)).toEqual(['connected', 'pong'])
    holdEventsToSchema(customer, '/')
  })

  test('conversation:new comes to all who are in it from the beginning', async () => {
    const { ann, cid } = scene
    await hear(
      scene,
      () => conversationOf(server, ann, 'group', [cid], { title: 'Trip', metadata: { a: 1 } }),
      (made: Conversation) => {
        expect(made).toMatchObject({
          type: 'group',
          title: 'Trip',
          metadata: { a: 1 },
          unreadCount: 0,
          lastMessage: null,
          participants: [
            { userId: ann, role: 'owner', name: `Name of ${ann}` },
            { userId: cid, role: 'member' },
          ],
        })
        const told: [string, unknown][] = [['conversation:new', made]]
        return { ann1: told, ann2: told, cid: told }
      },
    )
  })

  test('a direct conversation that is there already is given back and told to nobody', async () => {
    const { ann, bob } = scene
    const first = await conversationOf(server, ann, 'direct', [bob])
    await hear(
      scene,
      () => conversationOf(server, bob, 'direct', [ann]),
      (again: Conversation) => {
        expect(again.id).toBe(first.id)
        return {}
      },
    )
  })

  test('who is added hears conversation:joined on every device, and everything from then on', async () => {
    const { ann, cid, devices, group } = scene
    using second = await device(server, cid)
    const before = await send(ann, 'before')
    await hear(
      scene,
      () =>
        by<Conversation>(server, ann, 'POST', `/api/conversations/${group}/participants`, {
          participantIds: [cid],
        }),
      () => {
        const told: [string, unknown][] = [
          ['participant:added', { conversationId: group, userId: cid, timestamp: aTime }],
        ]
        const joined = expect.objectContaining({
          id: group,
          lastMessage: expect.objectContaining({ id: before.id }),
        })
        return { ann1: told, ann2: told, bob: told, cid: [['conversation:joined', joined]] }
      },
    )
    await second.next('conversation:joined')
    await send(ann, 'after')
    expect(await second.next('message:new')).toMatchObject({ content: 'after' })
    expect(await devices.cid.next('message:new')).toMatchObject({ content: 'after' })
  })

  test('who is removed hears conversation:removed, and nothing from then on', async () => {
    const { ann, bob, devices, group } = scene
    await hear(
      scene,
      () => by(server, ann, 'DELETE', `/api/conversations/${group}/participants/${bob}`),
      () => {
        const told: [string, unknown][] = [
          ['participant:removed', { conversationId: group, userId: bob, timestamp: aTime }],
        ]
        return { ann1: told, ann2: told, bob: [['conversation:removed', { conversationId: group }]] }
      },
    )
    await hear(
      scene,
      () => send(ann, 'without Bob'),
      (message) => ({ ann1: [['message:new', message]], ann2: [['message:new', message]] }),
    )
    for (const [event, payload] of [
      ['message:send', { conversationId: group, content: 'still here?' }],
      ['room:join', { conversationId: group }],
      ['typing:start', { conversationId: group }],
    ] as const)
      expect(await devices.bob.ask(event, payload)).toMatchObject({ ok: false, error: { code: 'not_found' } })
  })

  test('a group that is deleted is gone for everybody', async () => {
    const { ann, group } = scene
    await hear(
      scene,
      () => by(server, ann, 'DELETE', `/api/conversations/${group}`),
      () => {
        const told: [string, unknown][] = [['conversation:removed', { conversationId: group }]]
        return { ann1: told, ann2: told, bob: told }
      },
    )
    expect((await by(server, ann, 'GET', `/api/conversations/${group}`)).status).toBe(404)
  })

  test('a direct conversation that one deletes is gone for them until the other writes', async () => {
    const { ann, bob } = scene
    const { id } = await conversationOf(server, ann, 'direct', [bob])
    await say(server, ann, id, 'old')
    await hear(
      scene,
      () => by(server, bob, 'DELETE', `/api/conversations/${id}`),
      () => ({ bob: [['conversation:removed', { conversationId: id }]] }),
    )
    await hear(
      scene,
      () => say(server, ann, id, 'new'),
      (message) => ({
        ann1: [['message:new', message]],
        ann2: [['message:new', message]],
        bob: [['message:new', message]],
      }),
    )
    const page = await by<{ data: Message[] }>(server, bob, 'GET', `/api/conversations/${id}/messages`)
    expect(page.body.data.map(({ content }) => content)).toEqual(['new'])
  })

  test('room:leave and room:join go for one connection', async () => {
    const { ann, devices, group } = scene
    expect(await devices.ann2.ask('room:leave', { conversationId: group })).toEqual({ ok: true })
    await hear(
      scene,
      () => send(ann, '1'),
      (message) => ({ ann1: [['message:new', message]], bob: [['message:new', message]] }),
    )
    await devices.ann2.ask('room:join', { conversationId: group })
    await hear(
      scene,
      () => send(ann, '2'),
      (message) => ({
        ann1: [['message:new', message]],
        ann2: [['message:new', message]],
        bob: [['message:new', message]],
      }),
    )
  })

  test('ping is answered by pong and in its ack, activity:ping in its ack', async () => {
    const { ann1 } = scene.devices
    expect(await ann1.ask('ping', {})).toEqual({ ok: true, timestamp: aTime })
    expect(await ann1.next('pong')).toEqual({ timestamp: aTime })
    expect(await ann1.ask('activity:ping', {})).toEqual({ ok: true })
  })
})

describe('what happens at once comes out right', () => {
  test('a direct conversation begun from both sides at the same moment is one', async () => {
    const [one = '', other = ''] = await known(server, 'one', 'other')
    const pairs = [
      [one, other],
      [other, one],
    ] as const
    const made = await Promise.all(
      [...pairs, ...pairs, ...pairs, ...pairs].map(([from, to]) =>
        conversationOf(server, from, 'direct', [to]),
      ),
    )
    expect(new Set(made.map(({ id }) => id)).size).toBe(1)
  })

  test('fifty reactions at once are counted right, in the events and in the message', async () => {
    const ids = await known(server, ...Array.from({ length: 50 }, () => 'fan'))
    const { id } = await conversationOf(server, scene.ann, 'group', ids)
    const { id: messageId } = await say(server, scene.ann, id, 'Shall we?')
    scene.devices.ann1.received.length = 0
    await Promise.all(
      ids.map((userId) =>
        by(server, userId, 'POST', `/api/messages/${messageId}/reactions`, { emoji: '🎉' }),
      ),
    )
    const counts = await until('all the events', () => {
      const told = scene.devices.ann1.of('reaction:added')
      return told.length === 50 && told.map(({ totalCount }) => totalCount)
    })
    expect(counts).toEqual(Array.from({ length: 50 }, (_, index) => index + 1))
    const { body } = await by<{ data: { emoji: string; count: number; userIds: string[] }[] }>(
      server,
      scene.ann,
      'GET',
      `/api/messages/${messageId}/reactions`,
    )
    expect(body.data).toMatchObject([{ emoji: '🎉', count: 50 }])
    expect(body.data[0]?.userIds.toSorted()).toEqual(ids.toSorted())
  })

  test('messages of two senders at once are the same in order for everybody', async () => {
    const { ann, bob, devices } = scene
    await Promise.all(Array.from({ length: 20 }, (_, index) => send(index % 2 ? ann : bob, `m${index}`)))
    for (const live of [devices.ann1, devices.ann2, devices.bob]) {
      await until('all messages', () => live.of('message:new').length === 20)
      expect(live.of('message:new').map(({ sequence }) => sequence)).toEqual(
        Array.from({ length: 20 }, (_, index) => index + 1),
      )
    }
  })

  test('the same localId, sent at once and again, is one message', async () => {
    const { devices, group } = scene
    const payload = { conversationId: group, content: 'once', localId: 'same' }
    const acks = await Promise.all(
      [devices.ann1, devices.ann2, devices.ann1].map((live) => live.ask('message:send', payload)),
    )
    expect(new Set(acks.map(({ message }) => (message as Message).id)).size).toBe(1)
    await devices.bob.ask('ping')
    expect(devices.bob.of('message:new')).toHaveLength(1)
  })
})

describe('who comes and goes at the same moment', () => {
  test('hears in the end exactly what their place says, on every device', async () => {
    const { ann, cid, group } = scene
    const participants = `/api/conversations/${group}/participants`
    const opened: Promise<Live>[] = []
    const changes: Promise<unknown>[] = []
    for (let round = 0; round < 8; round++) {
      const added = by(server, ann, 'POST', participants, { participantIds: [cid] })
      opened.push(device(server, cid))
      await added
      opened.push(device(server, cid))
      if (round < 7) changes.push(by(server, ann, 'DELETE', `${participants}/${cid}`))
      opened.push(device(server, cid))
      await Promise.all(changes)
    }
    const devices = await Promise.all(opened)
    const { id } = await send(ann, 'to all of them')
    for (const live of devices) await live.next('message:new', (message) => message.id === id)
    await by(server, ann, 'DELETE', `${participants}/${cid}`)
    const last = await send(ann, 'to none of them')
    await Promise.all(devices.map((live) => live.ask('ping')))
    for (const live of devices) {
      expect(live.of('message:new').map((message) => message.id)).not.toContain(last.id)
      live.socket.disconnect()
    }
  })
})

describe('messages:sync', () => {
  test('brings everything that was missed, and what was changed of the rest', async () => {
    const { ann, bob, devices, group } = scene
    const [kept, edited, deleted] = [await send(ann, '1'), await send(ann, '2'), await send(ann, '3')]
    devices.bob.socket.disconnect()
    const missed = [await send(ann, '4'), await send(ann, '5')]
    await by(server, ann, 'PATCH', `/api/messages/${edited?.id}`, { content: 'two' })
    await by(server, ann, 'DELETE', `/api/messages/${deleted?.id}`)

    using back = await device(server, bob)
    const answer = await back.ask('messages:sync', { conversationId: group, lastMessageId: deleted?.id })
    expect(Object.keys(answer).toSorted()).toEqual(['hasMore', 'messages'])
    expect(answer.hasMore).toBe(false)
    const contents = (answer.messages as Message[]).map(({ id, content }) => [id, content])
    expect(contents).toContainEqual([missed[0]?.id, '4'])
    expect(contents).toContainEqual([missed[1]?.id, '5'])
    expect(contents).toContainEqual([edited?.id, 'two'])
    expect(contents).toContainEqual([deleted?.id, ''])
    expect(contents.map(([id]) => id)).not.toContain(kept?.id)

    back.received.length = 0
    back.socket.emit('messages:sync', { conversationId: group, lastMessageId: deleted?.id })
    await back.next('message:new', ({ id }) => id === missed[1]?.id)
    await back.ask('ping')
    expect(back.of('message:new').map(({ id }) => id)).toEqual(missed.map(({ id }) => id))
    expect(back.of('message:updated')).toMatchObject([{ messageId: edited?.id, content: 'two' }])
    expect(back.of('message:deleted')).toMatchObject([{ messageId: deleted?.id, conversationId: group }])
    holdEventsToSchema(back, '/')
  })

  test('brings a long absence in pages, each message once', async () => {
    const { ann, bob, group } = scene
    const first = await send(ann, 'first')
    const ids: string[] = []
    for (let round = 0; round < 3; round++)
      ids.push(
        ...(await Promise.all(Array.from({ length: 90 }, (_, index) => send(ann, `${round}.${index}`))))
          .toSorted((one, other) => (one.sequence ?? 0) - (other.sequence ?? 0))
          .map(({ id }) => id),
      )
    using back = await device(server, bob)
    const brought: string[] = []
    for (let last = first.id, more = true; more; ) {
      const answer = await back.ask('messages:sync', { conversationId: group, lastMessageId: last })
      const page = answer.messages as Message[]
      brought.push(...page.map(({ id }) => id))
      last = page.at(-1)?.id ?? last
      more = answer.hasMore === true
    }
    expect(brought).toEqual(ids)
    back.received.length = 0
    back.socket.emit('messages:sync', { conversationId: group, lastMessageId: first.id })
    await back.next('message:new', ({ id }) => id === ids.at(-1))
    expect(back.of('message:new').map(({ id }) => id)).toEqual(ids)
  })

  test('is refused for a message that is not there', async () => {
    const { devices, group } = scene
    const asked = { conversationId: group, lastMessageId: 'msg_none' }
    expect(await devices.bob.ask('messages:sync', asked)).toMatchObject({ error: { code: 'not_found' } })
  })
})

test('whoever is met for the first time by their token is known from then on', async () => {
  const stranger = newUser('stranger')
  using live = await device(server, stranger)
  expect(live.of('connected')[0]).toMatchObject({ userId: stranger, rooms: [] })
  const { participants } = await conversationOf(server, scene.ann, 'direct', [stranger])
  expect(participants.map(({ userId }) => userId).toSorted()).toEqual([scene.ann, stranger].toSorted())
  await live.next('conversation:new')
})
