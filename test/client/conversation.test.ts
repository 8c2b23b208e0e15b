import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type AdminSession, createAdminClient } from '../../src/client/index.js'
import { people, shop, startTestServer, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { agentOf, visitorOf } from './helpers/people.js'
import { sequences } from './helpers/wire.js'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

describe('A visitor and an agent', () => {
  test('talk, and see each other’s receipts and typing', async () => {
    using visitor = visitorOf(server, 'talk')
    using ana = agentOf(server, 'ana')
    const { id } = await visitor.client.start()
    const theirs = visitor.live.conversation(id)
    await theirs.ready
    theirs.send({ body: 'hello' })
    await ana.client.conversations.claim(id)
    const hers = ana.live.conversation(id)
    await until('she sees it', () => hers.lastSequence === 1)
    ana.live.typing(id, true)
    await until('the visitor sees that she types', () => theirs.typing[0]?.name === 'Ana')
    hers.send({ body: 'hi', expect_sequence: hers.lastSequence })
    await until('the visitor sees it', () => theirs.lastSequence === 2)
    expect(theirs.typing).toEqual([])
    hers.markRead()
    theirs.markRead()
    await until('both are read', () =>
      [...theirs.messages, ...hers.messages].every(({ status }) => status === 'READ'),
    )
    expect(theirs.messages.map(({ sender, body }) => [sender, body])).toEqual([
      ['user', 'hello'],
      ['agent', 'hi'],
    ])
  })

  test('see edits, deletions and reactions at once', async () => {
    using visitor = visitorOf(server, 'edits')
    using ana = agentOf(server, 'ana')
    const { id } = await visitor.client.start()
    const [theirs, hers] = [visitor.live.conversation(id), ana.live.conversation(id)]
    await Promise.all([theirs.ready, hers.ready])
    const [first, second] = ['one', 'two'].map((body) => theirs.send({ body }))
    if (first === undefined || second === undefined) throw new Error('nothing was sent')
    const sent = await Promise.all([first, second].map(({ localId }) => visitor.live.outbox.settled(localId)))
    await visitor.client.edit(id, sent[0]?.id ?? '', 'one!')
    await visitor.client.remove(id, sent[1]?.id ?? '')
    await ana.client.conversations.react(id, sent[0]?.id ?? '', '👍')
    await until(
      'she sees all',
      () => hers.messages[0]?.reactions.length === 1 && hers.messages[1]?.deleted_at !== null,
    )
    await until('they see all', () => theirs.messages[0]?.reactions.length === 1)
    expect(hers.messages.map(({ body }) => body)).toEqual(['one!', ''])
    expect(theirs.messages[0]?.reactions).toEqual([{ emoji: '👍', count: 1, mine: false }])
  })

  test('are told apart: a note stays among agents, and leaves no hole', async () => {
    using visitor = visitorOf(server, 'notes')
    using ana = agentOf(server, 'ana')
    const { id } = await visitor.client.start()
    const [theirs, hers] = [visitor.live.conversation(id), ana.live.conversation(id)]
    await Promise.all([theirs.ready, hers.ready])
    theirs.send({ body: 'one' })
    await until('it is there', () => hers.lastSequence === 1)
    hers.send({ body: 'between us', visibility: 'internal' })
    await until('she sees her note', () => hers.messages.length === 2)
    theirs.send({ body: 'two' })
    await until('both have it', () => [theirs, hers].every(({ lastSequence }) => lastSequence === 2))
    expect(sequences(hers.messages)).toEqual([1, null, 2])
    expect(sequences(theirs.messages)).toEqual([1, 2])
  })

  test('do not answer blind: a late guarded send comes back with what was not seen', async () => {
    using visitor = visitorOf(server, 'guard')
    using ana = agentOf(server, 'ana')
    const { id } = await visitor.client.start()
    const one = await visitor.client.post(id, { body: 'one' })
    await visitor.client.post(id, { body: 'wait, two' })
    const { localId } = ana.live.outbox.add(id, { body: 'answer', expect_sequence: one.sequence ?? 0 })
    const refusal = await ana.live.outbox.settled(localId).catch((error: unknown) => error)
    expect(refusal).toMatchObject({ code: 'conflict', latest: { body: 'wait, two', sequence: 2 } })
    ana.live.outbox.retry(localId, { expect_sequence: 2 })
    expect(await ana.live.outbox.settled(localId)).toMatchObject({ sequence: 3 })
  })

  test('read older pages of a long conversation', async () => {
    using visitor = visitorOf(server, 'long')
    const { id } = await visitor.client.start()
    for (let count = 0; count < 120; count++) await visitor.client.post(id, { body: `line ${count}` })
    const feed = visitor.live.conversation(id)
    await feed.ready
    expect([feed.messages.length, feed.hasOlder]).toEqual([50, true])
    while (await feed.loadOlder());
    expect(sequences(feed.messages)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1))
  })
})

describe('Agents', () => {
  test('see the queue as it goes, and one alone gets each claim', async () => {
    using ana = agentOf(server, 'ana')
    using ben = agentOf(server, 'ben')
    await ana.live.queue().ready
    using visitor = visitorOf(server, 'queue')
    const { id } = await visitor.client.start()
    const waits = () => ana.live.queue().items.some(({ conversation_id }) => conversation_id === id)
    await until('it waits', waits)
    const claims = await Promise.allSettled([ana, ben].map(({ client }) => client.conversations.claim(id)))
    const lost = claims.find((claim) => claim.status === 'rejected')
    expect(claims.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(lost?.reason).toMatchObject({
      code: 'conflict',
      assignee: { name: expect.stringMatching(/^(Ana|Ben)$/) },
    })
    await until('it waits no longer', () => !waits())
  })

  test('sign in, renew and sign out', async () => {
    const stored: (AdminSession | null)[] = []
    const client = createAdminClient({ url: server.url, onSession: (session) => stored.push(session) })
    const { agent, apps } = await client.auth.login(people.ana.email, people.ana.password)
    expect([agent.name, apps.map((app) => app.id)]).toEqual(['Ana', [shop.id]])
    await client.auth.refresh()
    expect((await client.auth.me()).agent.id).toBe(agent.id)
    await client.auth.logout()
    expect(stored.at(-1)).toBeNull()
    await expect(client.auth.me()).rejects.toMatchObject({ code: 'unauthorized' })
  })

  test('reach every list and every act that they may', async () => {
    using visitor = visitorOf(server, 'lists')
    const olga = createAdminClient({ url: server.url, token: people.olga.token })
    const { id } = await visitor.client.start()
    await visitor.client.post(id, { body: 'the zebra is striped' })
    const { conversations } = olga
    await conversations.claim(id)
    expect(await conversations.patch(id, { subject: 'Zebras' })).toMatchObject({ subject: 'Zebras' })
    expect((await conversations.addTag(id, 'zoo')).tags).toEqual(['zoo'])
    expect((await olga.tags()).map(({ tag }) => tag)).toContain('zoo')
    expect((await conversations.removeTag(id, 'zoo')).tags).toEqual([])
    expect((await conversations.snooze(id, '2099-01-01T00:00:00.000Z')).status).toBe('snoozed')
    expect((await conversations.reopen(id)).status).toBe('open')
    expect((await conversations.release(id)).handler).toBe('queue')
    expect((await conversations.transfer(id, { priority: 'high', reason: 'vip' })).queue?.priority).toBe(
      'high',
    )
    expect((await olga.queue.list()).items[0]).toMatchObject({ conversation_id: id, reason: 'vip' })
    expect(await olga.queue.next()).toMatchObject({ id })
    expect((await olga.search('zebra')).items.map((found) => found.id)).toContain(id)
    expect((await conversations.close(id)).status).toBe('closed')
    expect((await conversations.export(id)).messages.map(({ body }) => body)).toContain(
      'the zebra is striped',
    )
  })

  test('manage contacts, agents, canned replies, keys and settings', async () => {
    using visitor = visitorOf(server, 'manage')
    const olga = createAdminClient({ url: server.url, token: people.olga.token })
    const contactId = (await visitor.client.start()).visitor_id ?? ''
    expect(await olga.contacts.patch(contactId, { name: 'Zoë' })).toMatchObject({ name: 'Zoë' })
    expect(await olga.contacts.one(contactId)).toMatchObject({ contact: { name: 'Zoë' } })
    expect((await olga.contacts.list({ q: 'Zoë' })).items).toHaveLength(1)
    const added = await olga.agents.create({ email: 'cy@shop.example', name: 'Cy' })
    expect(added.password).toBeTypeOf('string')
    expect(await olga.memberships.patch(added.agent.id, { capacity: 3 })).toMatchObject({ capacity: 3 })
    expect((await olga.agents.list()).items.map(({ name }) => name)).toContain('Cy')
    await olga.memberships.remove(added.agent.id)
    const reply = await olga.cannedReplies.create({
      name: 'returns',
      text: 'Free for 30 days.',
      shared: true,
    })
    expect(await olga.cannedReplies.update(reply.id, { name: 'returns', text: 'Free.' })).toMatchObject({
      text: 'Free.',
    })
    await olga.cannedReplies.remove(reply.id)
    const { key, secret } = await olga.keys.create({ kind: 'secret', name: 'a server' })
    const asServer = createAdminClient({ url: server.url, apiKey: secret, appId: shop.id })
    expect((await asServer.stats()).agents.total).toBeGreaterThan(0)
    await olga.keys.revoke(key.id)
    expect(await olga.settings.patch({ routing: 'manual' })).toMatchObject({
      name: shop.name,
      routing: 'manual',
    })
    expect((await olga.audit({ limit: 5 })).items.length).toBeGreaterThan(0)
    await olga.contacts.remove(contactId)
  })
})

test('A visitor closes, rates and comes back to the same conversation', async () => {
  using visitor = visitorOf(server, 'rate')
  const { id } = await visitor.client.start()
  await visitor.client.post(id, { body: 'bye' })
  expect((await visitor.client.close(id)).status).toBe('closed')
  await visitor.client.rate(id, 5, 'great')
  const again = await visitor.client.post(id, { body: 'one more thing' })
  expect(again.conversation_id).toBe(id)
  expect((await visitor.client.list()).items.map((found) => found.id)).toEqual([id])
  expect((await visitor.client.handoff(id, { reason: 'a person please' })).handler).toBe('queue')
})

test('A visitor sends a file', async () => {
  using visitor = visitorOf(server, 'file')
  const { id } = await visitor.client.start()
  const file = await visitor.client.upload('note.txt', new Blob(['some words']))
  const sent = await visitor.client.post(id, { attachments: [file.id], type: 'file' })
  expect(sent.attachments).toMatchObject([{ name: 'note.txt', size: 10 }])
  const [attachment] = sent.attachments
  if (attachment === undefined) throw new Error('the file got lost')
  const olga = createAdminClient({ url: server.url, token: people.olga.token })
  const content = await olga.download(attachment)
  expect([await content.text(), content.type]).toEqual(['some words', attachment.mime_type])
  await expect(olga.download({ ...attachment, url: `${attachment.url}0` })).rejects.toMatchObject({
    code: 'not_found',
  })
})
