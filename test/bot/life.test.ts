import { expect, test } from 'vitest'
import { eventsEqualState } from '../core/mirror.js'
import { until } from '../helpers/until.js'
import { BotWorld, botSaid, handledBy, notes, plainBot, untilTimePasses } from './instance.js'
import { callTool, say, stuck } from './model-server.js'

test('without a key for a model every conversation goes to the queue, as without a bot', async () => {
  await using world = await BotWorld.open([say('Never')], { key: false })
  const talk = await world.asks('Hello')
  expect((await talk.view()).conversation).toMatchObject({ handler: 'queue', priority: 'normal' })
  expect(world.model.requests).toEqual([])
})

test('an app without bot settings has no bot', async () => {
  await using world = await BotWorld.open([say('Never')], { bot: null })
  expect((await (await world.asks('Hello')).view()).conversation.handler).toBe('queue')
})

test('a bot that is switched off takes nothing new, and what it had goes to the queue', async () => {
  await using world = await BotWorld.open([say('Hello')])
  const talk = await world.asks('Hello')
  await botSaid(talk)
  await world.instance.core.bot.configure(world.company.owner, { ...plainBot, enabled: false })
  expect((await (await world.asks('Hello')).view()).conversation.handler).toBe('queue')
  await talk.say(talk.visitor, 'Still there?')
  await handledBy(talk, 'queue')
})

test('the greeting is there before anybody has written', async () => {
  await using world = await BotWorld.open([say('Sure.')], {
    bot: { ...plainBot, greeting: 'Hello, I am Robo.' },
  })
  const talk = await world.company.waiting()
  expect((await talk.history(talk.visitor)).map(({ body }) => body)).toEqual(['Hello, I am Robo.'])
  await talk.say(talk.visitor, 'Can you help?')
  await botSaid(talk, 2)
  expect(world.model.told.slice(1)).toEqual(['assistant: Hello, I am Robo.', 'user: Can you help?'])
})

test('a bot that asks says so with its first message', async () => {
  await using world = await BotWorld.open([say('Sure.')], {
    bot: { ...plainBot, policy: 'ask', name: 'Robo' },
  })
  const talk = await world.company.waiting()
  const [question] = await talk.history(talk.visitor)
  expect(question?.body).toContain('I am Robo')
  expect(question?.metadata).toEqual({ choices: ['bot', 'agent'] })
  await world.company.core.queue.request(talk.visitor, talk.id, {})
  await handledBy(talk, 'queue')
})

test('where people come first, the bot answers only while none is free', async () => {
  await using world = await BotWorld.open([say('Hi')], { bot: { ...plainBot, policy: 'human_first' } })
  expect((await (await world.company.waiting()).view()).conversation.handler).toBe('bot')
  await world.company.core.presence.agentConnected(world.company.ada, 'connection')
  expect((await (await world.company.waiting()).view()).conversation.handler).toBe('queue')
})

test('an agent who replies has the conversation, and the bot leaves the contact alone for a while', async () => {
  await using world = await BotWorld.open([stuck('Let me th')])
  const talk = await world.asks('Hello?')
  await world.model.asked(1)
  await talk.say(world.company.ada, 'Hello, Ada here.')
  expect((await talk.view()).conversation.handler).toBe('agent')
  await world.model.idle()
  await until('its end is told', () => world.deltas(talk).at(-1)?.done)
  const next = await world.company.waiting(talk.visitor)
  expect((await next.view()).conversation.handler).toBe('queue')
  world.clock.advance(31 * 60_000)
  const later = await world.company.waiting(talk.visitor)
  expect((await later.view()).conversation.handler).toBe('bot')
  expect((await talk.history()).map(({ body }) => body)).toEqual(['Hello?', 'Hello, Ada here.'])
})

test('the bot keeps quiet in another conversation of a contact whom an agent serves', async () => {
  await using world = await BotWorld.open([say('Hi')])
  const [one, talk] = [await world.asks('Hello'), await world.company.waiting()]
  await botSaid(one)
  const second = await world.company.waiting(talk.visitor)
  await talk.say(world.company.ada, 'Ada here.')
  await second.say(talk.visitor, 'And this?')
  expect((await second.view()).conversation.handler).toBe('queue')
  expect(world.model.requests).toHaveLength(1)
})

test('an agent who claims while the bot writes is not talked over', async () => {
  await using world = await BotWorld.open([stuck('Let me')])
  const talk = await world.asks('Hello?')
  await until('something of it is seen', () => world.deltas(talk).length > 0)
  await world.company.core.queue.claim(world.company.ada, talk.id)
  await world.nothingDue()
  await world.model.idle()
  expect(world.model.requests).toHaveLength(1)
  expect(await talk.history(talk.visitor)).toHaveLength(1)
})

test('a conversation that is closed while the bot writes stays closed and silent', async () => {
  await using world = await BotWorld.open([stuck('Let me')])
  const talk = await world.asks('Hello?')
  await world.model.asked(1)
  await world.company.core.lifecycle.close(talk.visitor, talk.id)
  await world.nothingDue()
  await world.model.idle()
  expect(world.model.requests).toHaveLength(1)
  expect((await talk.view()).conversation.status).toBe('closed')
  expect(await talk.history(talk.visitor)).toHaveLength(1)
})

test('a visitor who asks for a person gets one, and the agent gets a note', async () => {
  await using world = await BotWorld.open([stuck('Let me')])
  const talk = await world.asks('My parcel is lost')
  await world.company.core.queue.request(talk.visitor, talk.id, { reason: 'no robots', priority: 'low' })
  expect((await talk.view()).conversation).toMatchObject({ handler: 'queue', priority: 'low' })
  expect(await notes(talk)).toEqual([expect.stringContaining('> My parcel is lost')])
  await world.model.idle()
})

test.each([
  [{ priority: 'high' }, 'low', 'high'],
  [{ customerType: 'premium' }, 'normal', 'high'],
  [{ priority: 'low' }, 'normal', 'normal'],
  [{}, 'low', 'low'],
])('a visitor with %j whom the bot calls %s waits as %s', async (metadata, called, expected) => {
  await using world = await BotWorld.open([
    callTool('transfer_to_agent', { reason: 'why not', priority: called }),
  ])
  const visitor = await world.company.visitor()
  const { core } = world.company
  const { view } = await core.conversations.start(visitor, { new: true, metadata })
  await core.messages.post(visitor, view.conversation.id, { localId: 'one', body: 'A person, please' })
  await until('it waits', async () => {
    const { conversation } = await core.conversations.get(visitor, view.conversation.id)
    return conversation.handler === 'queue' && conversation.priority === expected
  })
})

test('software that answers with a secret key answers for the bot, once', async () => {
  await using world = await BotWorld.open([stuck('Let me'), say('Of course.')])
  const talk = await world.asks('Hello?')
  await world.model.asked(1)
  await talk.say(world.company.server, 'Said by a program.')
  await world.model.idle()
  await talk.say(talk.visitor, 'Thanks. And now?')
  expect((await botSaid(talk)).map(({ body }) => body)).toEqual(['Of course.'])
})

test('what the bot cost stands in the statistics', async () => {
  await using world = await BotWorld.open([say('One', [100, 7]), say('Two', null)])
  const talk = await world.asks('Hello')
  await botSaid(talk)
  const stats = () => world.company.core.stats.of(world.company.viewer)
  await until('it is counted', async () => (await stats()).bot.outputTokens > 0)
  expect((await stats()).bot).toEqual({ turns: 1, inputTokens: 100, outputTokens: 7 })
  await talk.say(talk.visitor, 'Again')
  await botSaid(talk, 2)
  await until('an estimate is counted', async () => (await stats()).bot.inputTokens > 150)
})

test('a server that stops gives back what it was writing, and the next one answers it', async () => {
  await using world = await BotWorld.open([stuck('Let me')])
  const talk = await world.asks('Hello?')
  await world.model.asked(1)
  await world.engine?.[Symbol.asyncDispose]()
  world.model.answers([say('Here I am again.')])
  await using _again = world.instance.core.botEngine.start()
  expect((await botSaid(talk)).map(({ body }) => body)).toEqual(['Here I am again.'])
})

test('what was asked while no server ran is answered by the next, however long ago it was', async () => {
  await using world = await BotWorld.open([say('Sorry for the wait.')], { engine: false })
  const talk = await world.asks('Anybody there?')
  world.clock.advance(3_600_000)
  await using _engine = world.instance.core.botEngine.start()
  const said = await untilTimePasses(world, 'the bot answered', async () => {
    const history = await talk.history(talk.visitor)
    return history.length > 1 && history[1]?.body
  })
  expect(said).toBe('Sorry for the wait.')
})

test('whoever watches needs no second look at what the bot does', async () => {
  await using world = await BotWorld.open([
    say('Which order?'),
    callTool('transfer_to_agent', { reason: 'lost' }),
  ])
  const talk = await world.company.waiting()
  await eventsEqualState(talk, async () => {
    await talk.say(talk.visitor, 'Where is my order?')
    await botSaid(talk)
  })
  await eventsEqualState(talk, async () => {
    await talk.say(talk.visitor, 'The one that is lost.')
    await handledBy(talk, 'queue')
    await botSaid(talk, 2)
  })
})
