import { expect, test } from 'vitest'
import { newCompany } from '../core/company.js'
import { eventsSince } from '../core/events-since.js'
import { sharedInstance } from '../core/instance.js'
import { eachDatabase } from '../helpers/databases.js'

eachDatabase('What the outside is told', (database) => {
  const instance = sharedInstance(database)

  /** A company whose events are kept, and a reader of those that come from now on. */
  async function watched() {
    const company = await newCompany(instance())
    const { core } = company
    let { cursor } = await core.events.page(company.viewer, { limit: 1 })
    return {
      company,
      async news() {
        const page = await eventsSince(company, cursor, company.viewer)
        cursor = page.cursor
        return page.events
      },
    }
  }

  test('a conversation is told from its beginning to its end, in the order of its life', async () => {
    const { company, news } = await watched()
    const talk = await company.waiting(await company.visitor('Zoe'))
    await talk.say(talk.visitor, 'hello')
    await company.core.queue.claim(company.ada, talk.id)
    await talk.say(company.ada, 'hi')
    await company.core.lifecycle.close(company.ada, talk.id)
    const events = await news()
    expect(events.map(({ type }) => type)).toEqual([
      'contact.created',
      'conversation.created',
      'message.created',
      'conversation.assigned',
      'message.created',
      'conversation.closed',
    ])
    expect(events[0]?.data).toMatchObject({ id: talk.visitor.contact.id, name: 'Zoe' })
    expect(events[1]?.data).toMatchObject({ id: talk.id, type: 'support', contact: { name: 'Zoe' } })
    expect(events[2]?.data).toMatchObject({
      conversationId: talk.id,
      sequence: 1,
      content: 'hello',
      sender: { id: talk.visitor.contact.id, type: 'contact', name: 'Zoe' },
      createdAt: '2026-01-01T00:00:00.000Z',
      isEdited: false,
    })
    expect(events[3]?.data).toMatchObject({ id: talk.id, assignee: { id: company.ada.agent.id } })
    expect(events[4]?.data).toMatchObject({ senderId: company.ada.agent.id, content: 'hi' })
    expect(events[5]?.data).toMatchObject({ status: 'closed', closedAt: '2026-01-01T00:00:00.000Z' })
  })

  test('edits, deletions and reactions are told with what is there after them', async () => {
    const { company, news } = await watched()
    const talk = await company.served()
    const { id } = await talk.say(talk.visitor, 'helo')
    await news()
    const { messages, reactions } = company.core
    await messages.edit(talk.visitor, talk.id, id, 'hello')
    await reactions.add(company.ada, talk.id, id, '👍')
    await reactions.add(company.ada, talk.id, id, '👍')
    await reactions.remove(company.ada, talk.id, id, '👍')
    await messages.remove(talk.visitor, talk.id, id)
    const events = await news()
    expect(events.map(({ type, data }) => ({ ...data, type }))).toMatchObject([
      { type: 'message.updated', id, content: 'hello', isEdited: true },
      { type: 'reaction.added', messageId: id, emoji: '👍', userId: company.ada.agent.id, totalCount: 1 },
      { type: 'reaction.removed', messageId: id, emoji: '👍', totalCount: 0 },
      { type: 'message.deleted', id, content: '', isDeleted: true },
    ])
  })

  test('internal notes and what is done to them stay inside', async () => {
    const { company, news } = await watched()
    const talk = await company.served()
    await news()
    const note = await talk.note('between us')
    await company.core.messages.edit(company.ada, talk.id, note.id, 'only between us')
    await company.core.reactions.add(company.bob, talk.id, note.id, '👍')
    await company.core.messages.remove(company.ada, talk.id, note.id)
    expect(await news()).toEqual([])
  })

  test('contacts are told when they become known, are renamed, and go with their conversations', async () => {
    const { company, news } = await watched()
    const { core, app } = company
    const device = `device of ${app.id}`
    const { contact } = await core.visitors.recognise(app, device)
    await core.visitors.recognise(app, device)
    await core.visitors.recognise(app, device, { id: `user of ${app.id}`, name: 'Zoe' })
    await core.visitors.recognise(app, device, { id: `user of ${app.id}`, name: 'Zoe' })
    await core.contacts.update(company.ada, contact.id, { phone: '+49 30 1' })
    expect((await news()).map(({ type, data }) => ({ ...data, type }))).toMatchObject([
      { type: 'contact.created', id: contact.id, name: null },
      { type: 'contact.updated', id: `user of ${app.id}`, contactId: contact.id, name: 'Zoe' },
      { type: 'contact.updated', phone: '+49 30 1' },
    ])
  })

  test('nothing is written while nobody reads and no webhook listens', async () => {
    const company = await newCompany(instance())
    await company.served()
    const { cursor } = await company.core.events.page(company.viewer, { limit: 1 })
    const before = await instance().context.store.read.outboxEvents.end(company.app.key)
    expect(before).toEqual({ transaction: 0, key: 0 })
    expect((await company.core.events.page(company.viewer, { after: cursor, limit: 9 })).events).toEqual([])
  })

  test('what is rolled back was never told, and one delivery is written for each webhook that wants it', async () => {
    const company = await newCompany(instance())
    const { core, app, admin } = company
    const url = 'https://receiver.example/hook'
    const all = await core.webhooks.add(admin, { url })
    await core.webhooks.add(admin, { url, events: ['message.created'] })
    const none = await core.webhooks.add(admin, { url, events: ['user.online'] })
    const off = await core.webhooks.add(admin, { url })
    await core.webhooks.update(admin, off.id, { enabled: false })
    const { store } = instance().context
    const event = { type: 'message.created' as const, conversationKey: 7, data: () => ({ text: 'x' }) }
    const failed = store.transaction(async (transaction) => {
      await core.outbox.record(transaction, app, event)
      throw new Error('changed my mind')
    })
    await expect(failed).rejects.toThrow('changed my mind')
    expect(await core.deliveries.list(admin, { limit: 10 })).toEqual([])
    await store.transaction((transaction) => core.outbox.record(transaction, app, event))
    const [second, first, ...more] = await core.deliveries.list(admin, { limit: 10 })
    expect(more).toEqual([])
    expect(first).toMatchObject({ webhookId: all.id, target: url, lane: 7, event: { type: event.type } })
    expect(second?.event).toEqual(first?.event)
    expect(await core.deliveries.list(admin, { webhookId: none.id, limit: 10 })).toEqual([])
    expect(await core.deliveries.list(admin, { webhookId: all.id, limit: 10 })).toHaveLength(1)
  })
})
