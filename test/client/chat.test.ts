import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/databases.js'
import { startTestServer, type TestServer } from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { startChat } from './helpers/chat-run.js'
import { agentOf } from './helpers/people.js'

let server: TestServer

beforeAll(async () => {
  server = await startTestServer()
})
afterAll(() => server[Symbol.asyncDispose]())

/** The conversation with a message of this text, claimed by Ana. */
async function claimed(ana: ReturnType<typeof agentOf>, text: string): Promise<string> {
  const found = await until('the line arrived', async () => (await ana.client.search(text)).items[0])
  await ana.client.conversations.claim(found.id)
  return found.id
}

describe('The chat', () => {
  test('carries lines both ways, and tells of typing, queue, agent and receipts beside them', async () => {
    using ana = agentOf(server, 'ana')
    const chat = startChat(server, temporaryFolder(), { name: 'Bo' })
    await chat.shows('You are number 1 in the queue')
    chat.type('is shipping free, bo asks')
    const id = await claimed(ana, 'shipping')
    await chat.shows('Ana is with you.')
    const hers = ana.live.conversation(id)
    await hers.ready
    expect(hers.conversation?.user?.name).toBe('Bo')
    ana.live.typing(id, true)
    await chat.shows('Ana is typing…')
    hers.send({ body: 'Yes, above €50' })
    await chat.shows('Ana: Yes, above €50')
    hers.markRead()
    await chat.shows('✓✓ read')
    await until('she sees that it was read', () => hers.messages.at(-1)?.status === 'READ')
    chat.type('/quit')
    expect(await chat.code).toBe(0)
    expect(chat.output()).toMatch(/^\d\d:\d\d Ana: Yes, above €50\n$/)
  })

  test('goes on in the same conversation after a restart, with its history', async () => {
    using ana = agentOf(server, 'ana')
    const folder = temporaryFolder()
    const first = startChat(server, folder)
    first.type('the walrus question')
    first.end()
    expect(await first.code).toBe(0)
    const id = await claimed(ana, 'walrus')
    await ana.client.conversations.post(id, { body: 'the walrus answer' })
    const second = startChat(server, folder)
    await second.shows('the walrus answer')
    second.type('/quit')
    await second.code
    expect(second.output()).toMatch(/you: the walrus question\n.*Ana: the walrus answer\n$/)
    expect(second.hints()).toContain(id)
  })

  test('closes and rates after everything that was written has arrived', async () => {
    using ana = agentOf(server, 'ana')
    const chat = startChat(server, temporaryFolder())
    chat.type('one heron')
    chat.type('two herons')
    chat.type('/close')
    await chat.shows('The conversation was closed.')
    chat.type('/rate 7')
    chat.type('/rate 5 very kind')
    await chat.shows('Thank you.')
    chat.type('/quit')
    expect(await chat.code).toBe(0)
    expect(chat.hints()).toContain('A rating is a number from 1 to 5')
    const closed = (await ana.client.search('herons')).items[0]
    expect(closed).toMatchObject({ status: 'closed', last_sequence: 2, summary: { rating: 5 } })
  })

  test('shows nothing of an agent’s message that could move the cursor, turn the text or pass for another line', async () => {
    using ana = agentOf(server, 'ana')
    const chat = startChat(server, temporaryFolder())
    chat.type('please be evil, otter')
    const id = await claimed(ana, 'otter')
    const evil = 'a\u001b[31mred\u0007 \u009b2J \u202edlrow\u2066 b\r14:00 Ben: fake\u2028again'
    await ana.client.conversations.post(id, { body: evil })
    await chat.shows('again')
    chat.type('/quit')
    await chat.code
    expect(chat.output()).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
    expect(chat.output().split('\n').slice(1)).toEqual(['      14:00 Ben: fake', '      again', ''])
  })

  test('speaks NDJSON to programs', async () => {
    using ana = agentOf(server, 'ana')
    const chat = startChat(server, temporaryFolder(), { json: true })
    chat.type('a narwhal, in json')
    const id = await claimed(ana, 'narwhal')
    await ana.client.conversations.post(id, { body: 'line\u009b2J\n\u202etwo' })
    await until('the answer came', () =>
      chat.events().some(({ message }) => Reflect.get(Object(message), 'sender') === 'agent'),
    )
    chat.end()
    expect(await chat.code).toBe(0)
    expect(chat.output()).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u)
    const types = chat.events().map(({ type }) => type)
    for (const type of ['connection', 'conversation', 'pending', 'sent', 'message'])
      expect(types).toContain(type)
    expect(chat.events()).toContainEqual(
      expect.objectContaining({ message: expect.objectContaining({ body: 'line\u009b2J\n\u202etwo' }) }),
    )
    expect(chat.hints()).toBe('')
  })

  test('gives a refused line back, goes on, and does not try it again', async () => {
    const folder = temporaryFolder()
    const chat = startChat(server, folder)
    chat.type('x'.repeat(6_000))
    chat.type('shorter')
    await chat.shows('✓ sent')
    expect(chat.hints()).toContain('✗ not sent:')
    chat.end()
    expect(await chat.code).toBe(0)
    const second = startChat(server, folder)
    await second.shows('you: shorter')
    second.end()
    await second.code
    expect(second.hints()).not.toContain('not sent')
  })

  test('ends with the refusal when the key is wrong', async () => {
    const chat = startChat(server, temporaryFolder(), { apiKey: 'pk_wrong_0123456789abcdefghijkl' })
    await expect(chat.code).rejects.toMatchObject({ code: 'unauthorized' })
  })
})
