import { expect, test } from 'vitest'
import type { Message } from '../../src/server/core/model.js'
import { eachDatabase } from '../helpers/databases.js'
import { atMost } from './at-most.js'
import { newCompany, type Talk } from './company.js'
import { refusal, sharedInstance } from './instance.js'
import { changesNothing, eventsEqualState } from './mirror.js'

eachDatabase('Messages', (database) => {
  const instance = sharedInstance(database)

  const created = (talk: Talk): Message[] =>
    instance().events.flatMap((event) =>
      event.type === 'message.created' && event.message.conversationId === talk.id ? [event.message] : [],
    )

  test('sent by many at once get the sequences 1, 2, 3 … in the order in which they are told', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const senders = [talk.visitor, company.ada, company.bob, company.server]
    const jobs = Array.from(
      { length: 200 },
      (_, index) => () => talk.say(senders[index % 4] ?? talk.visitor, `${index}`),
    )
    const answered = await atMost(32, jobs)
    const expected = Array.from({ length: 200 }, (_, index) => index + 1)
    expect(created(talk).map(({ sequence }) => sequence)).toEqual(expected)
    expect((await talk.history(talk.visitor)).map(({ sequence }) => sequence)).toEqual(expected)
    expect(answered.map(({ sequence }) => sequence ?? 0).toSorted((a, b) => a - b)).toEqual(expected)
    const revisions = answered.map(({ revision }) => revision)
    expect(new Set(revisions).size).toBe(200)
  })

  test('leave no hole when some are refused, and none for notes in between', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) => {
        if (index % 3 === 0) return talk.note(`note ${index}`)
        const replyTo = index % 3 === 1 ? undefined : 'msg_nothing'
        const input = { localId: `${index}`, body: `${index}`, replyTo }
        return company.core.messages.post(talk.visitor, talk.id, input)
      }),
    )
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(10)
    const posted = await talk.history(talk.visitor)
    expect(posted.map(({ sequence }) => sequence)).toEqual(
      Array.from({ length: 10 }, (_, index) => index + 1),
    )
    const all = await talk.history()
    expect(all.filter(({ internal }) => internal)).toHaveLength(10)
    const revisions = all.map(({ revision }) => revision).toSorted((a, b) => a - b)
    expect(new Set(revisions).size).toBe(20)
  })

  test('sent twice are sent once: the answer is the first one, whole, and nothing is told again', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const input = { localId: 'same', body: 'hello' }
    const first = await eventsEqualState(talk, () => company.core.messages.post(talk.visitor, talk.id, input))
    await company.core.reactions.add(company.ada, talk.id, first.message.id, '👍')
    const second = await changesNothing(talk, () =>
      company.core.messages.post(talk.visitor, talk.id, { ...input, body: 'another body' }),
    )
    expect(first.created).toBe(true)
    expect(second).toMatchObject({
      created: false,
      message: { id: first.message.id, sequence: 1, body: 'hello', reactions: [{ emoji: '👍' }] },
    })
  })

  test('sent ten times at once are stored and told once', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const input = { localId: 'same', body: 'hello' }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => company.core.messages.post(talk.visitor, talk.id, input)),
    )
    expect(answers.filter((answer) => answer.created)).toHaveLength(1)
    expect(new Set(answers.map(({ message }) => `${message.id} ${message.sequence}`)).size).toBe(1)
    expect(await talk.history()).toHaveLength(1)
    expect(created(talk)).toHaveLength(1)
    expect((await talk.view()).conversation.lastSequence).toBe(1)
  })

  test('sent again after 1,000 others are still known', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const input = { localId: 'first of all', body: 'hello' }
    const { message } = await company.core.messages.post(talk.visitor, talk.id, input)
    await atMost(
      64,
      Array.from({ length: 1_000 }, (_, index) => () => talk.say(talk.visitor, `${index}`)),
    )
    const again = await company.core.messages.post(talk.visitor, talk.id, input)
    expect(again).toMatchObject({ created: false, message: { id: message.id, sequence: 1 } })
    expect((await talk.view()).conversation.lastSequence).toBe(1_001)
  }, 60_000)

  test('with the same local id are different ones from another sender, in another conversation, or from a note', async () => {
    const company = await newCompany(instance())
    const [talk, other] = [await company.served(), await company.served()]
    const input = { localId: '1', body: 'hello' }
    const { messages } = company.core
    const all = [
      await messages.post(talk.visitor, talk.id, input),
      await messages.post(company.ada, talk.id, input),
      await messages.post(company.bob, talk.id, input),
      await messages.post(company.server, talk.id, input),
      await messages.post(other.visitor, other.id, input),
    ]
    expect(all.every((answer) => answer.created)).toBe(true)
    expect(new Set(all.map(({ message }) => message.id)).size).toBe(5)
  })

  test('that are notes sent ten times at once are one note', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const input = { localId: 'note', body: 'psst', internal: true }
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => company.core.messages.post(company.ada, talk.id, input)),
    )
    expect(answers.filter((answer) => answer.created)).toHaveLength(1)
    expect(await talk.history()).toHaveLength(1)
  })

  test('guarded by the same sequence and sent at once go through one by one while the visitor writes', async () => {
    const company = await newCompany(instance())
    const talk = await company.served()
    const guarded = { localId: 'answer', body: 'answer', expectSequence: 0 }
    const [byVisitor, byAgent] = await Promise.allSettled([
      talk.say(talk.visitor, 'wait'),
      company.core.messages.post(company.ada, talk.id, guarded),
    ])
    expect(byVisitor.status).toBe('fulfilled')
    const order = (await talk.history()).map(({ senderType }) => senderType)
    expect(order).toEqual(byAgent.status === 'fulfilled' ? ['agent', 'contact'] : ['contact'])
  })

  test('are taken over by one of two agents who answer a waiting conversation at once', async () => {
    const company = await newCompany(instance())
    const talk = await company.waiting()
    await Promise.all([talk.say(company.ada, 'me'), talk.say(company.bob, 'no, me')])
    const { conversation, assignee } = await talk.view()
    expect(conversation).toMatchObject({ handler: 'agent', lastSequence: 2 })
    const [first] = await talk.history()
    expect(assignee?.id).toBe(first?.senderId)
  })

  test('that reopen a conversation at once reopen it once', async () => {
    const company = await newCompany(instance())
    const talk = await company.closed()
    await eventsEqualState(talk, () =>
      Promise.all(Array.from({ length: 5 }, (_, index) => talk.say(talk.visitor, `${index}`))),
    )
    const { size } = await company.core.queue.list(company.viewer, { limit: 1 })
    expect(size).toBe(1)
  })

  test('to a conversation that is closed at the same moment end in one order or the other', async () => {
    const company = await newCompany(instance())
    for (let round = 0; round < 5; round++) {
      const talk = await company.served()
      const [sent] = await Promise.allSettled([
        talk.say(company.ada, 'bye'),
        company.core.lifecycle.close(company.ada, talk.id),
      ])
      if (sent.status === 'rejected') await refusal(Promise.reject(sent.reason), 'conflict')
      expect(await talk.history()).toHaveLength(sent.status === 'fulfilled' ? 1 : 0)
      const { summary } = (await talk.view()).conversation
      expect(summary?.messages.agent).toBe(sent.status === 'fulfilled' ? 1 : 0)
    }
  })
})
