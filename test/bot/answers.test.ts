import { expect, test } from 'vitest'
import type { DomainEvent } from '../../src/server/core/events.js'
import { eachDatabase } from '../helpers/databases.js'
import { until } from '../helpers/until.js'
import { BotWorld, botSaid, handledBy, notes } from './instance.js'
import { callTool, type Scripts, say, stuck } from './model-server.js'

eachDatabase('The bot', (database) => {
  const open = async (scripts: Scripts) => BotWorld.open(scripts, { databaseUrl: await database.url() })

  test('a visitor is answered by the bot, and nobody waits in the queue', async () => {
    await using world = await open([say('Your order is on its way.')])
    const talk = await world.asks('Where is my order?')
    const [reply] = await botSaid(talk)
    expect(reply).toMatchObject({ body: 'Your order is on its way.', senderType: 'bot', sequence: 2 })
    expect((await talk.view()).conversation).toMatchObject({ handler: 'bot', status: 'open' })
    expect((await world.company.core.queue.list(world.company.ada, { limit: 10 })).size).toBe(0)
    expect(world.model.told).toEqual([
      expect.stringContaining('system: You help the customers of a shop.'),
      'user: Where is my order?',
    ])
  })

  test('what was said before is told to the model again, in its order', async () => {
    await using world = await open([say('Which one?'), say('That one arrives on Monday.')])
    const talk = await world.asks('Where is my order?')
    await botSaid(talk)
    await talk.say(talk.visitor, 'Number 42')
    await botSaid(talk, 2)
    expect(world.model.told.slice(1)).toEqual([
      'user: Where is my order?',
      'assistant: Which one?',
      'user: Number 42',
    ])
  })

  test('the bot is seen typing, and its words as they come', async () => {
    await using world = await open([say('One two three.')])
    const talk = await world.asks('Count!')
    await botSaid(talk)
    const { events } = world.instance
    const isReply = (event: DomainEvent) =>
      event.type === 'message.created' && event.message.senderType === 'bot'
    const typing = () => events.filter((event) => event.type === 'typing').map(({ isTyping }) => isTyping)
    // What is stored can be read a moment before it is told.
    await until('the message is told', () => events.some(isReply))
    await until('the end of the typing is told', () => typing().at(-1) === false)
    const deltas = world.deltas(talk)
    expect(deltas[0]).toMatchObject({ index: 0, text: 'One ', done: false })
    expect(deltas.at(-1)).toMatchObject({ text: 'One two three.', done: true })
    const last = events.findIndex((event) => event.type === 'message.delta' && event.done)
    expect(last).toBeLessThan(events.findIndex(isReply))
    expect(typing()[0]).toBe(true)
  })

  test('a tool call hands over in one step: a word to the visitor, a place in the queue, a note for the agent', async () => {
    const given = { reason: 'wants a refund', priority: 'high', summary: 'The parcel came broken.' }
    await using world = await open([callTool('transfer_to_agent', given)])
    const talk = await world.asks('It is broken, give me a person!')
    const view = await handledBy(talk, 'queue')
    expect(view.conversation).toMatchObject({ priority: 'high', transferred: true })
    expect(view.queue).toMatchObject({ position: 1, priority: 0 })
    expect((await botSaid(talk)).map(({ body }) => body)).toEqual([
      'I am passing you on to a colleague, who will write to you here.',
    ])
    const [note, ...more] = await notes(talk)
    expect(more).toEqual([])
    expect(note).toContain('Reason: wants a refund')
    expect(note).toContain('The parcel came broken.')
    expect(note).toContain('> It is broken, give me a person!')
    expect((await talk.history(talk.visitor)).some(({ internal }) => internal)).toBe(false)
  })

  test('a new message while the bot writes ends that reply, and the next one answers both', async () => {
    await using world = await open(({ messages }) =>
      messages.filter(({ role }) => role === 'user').length === 1
        ? stuck('Too ear')
        : say('An answer to both.'),
    )
    const talk = await world.asks('First question')
    await world.model.asked(1)
    await talk.say(talk.visitor, 'Second question')
    const said = await botSaid(talk)
    expect(said.map(({ body }) => body)).toEqual(['An answer to both.'])
    expect(world.model.told.slice(1)).toEqual(['user: First question', 'user: Second question'])
    await world.model.idle()
  })
})
