import { expect, test } from 'vitest'
import { openStore } from '../../src/server/store/index.js'
import { newCompany } from '../core/company.js'
import { eachDatabase } from '../helpers/databases.js'
import { until } from '../helpers/until.js'
import { BotWorld, botSaid, openBotInstance, plainBot, untilTimePasses } from './instance.js'
import { after, dead, say, stuck } from './model-server.js'

test('a hundred visitors with a slow model: eight replies at once, and nobody waits for more than 20 s', async () => {
  await using world = await BotWorld.open([dead])
  const { core } = world.company
  await Promise.all(Array.from({ length: 100 }, () => world.asks('Hello?')))
  await world.model.asked(8)
  world.clock.advance(19_000)
  const waiting = async () => (await core.queue.list(world.company.ada, { limit: 1 })).size
  await until('all of them wait for an agent', async () => (await waiting()) === 100, { deadline: 30_000 })
  expect(world.model.busiest).toBe(8)
})

test('a hundred visitors with a model that takes its time are all answered, each once', async () => {
  const moment = new Promise((resolve) => setTimeout(resolve, 100))
  await using world = await BotWorld.open(() => after(moment, say('Here you are.')))
  const talks = await Promise.all(Array.from({ length: 100 }, () => world.asks('Hello?')))
  for (const talk of talks) await botSaid(talk)
  await world.model.idle()
  for (const talk of talks)
    expect((await talk.history(talk.visitor)).map(({ body }) => body)).toEqual(['Hello?', 'Here you are.'])
  expect(world.model.requests).toHaveLength(100)
  expect(world.model.busiest).toBeLessThanOrEqual(8)
})

test('an app with many who wait does not hold up another', async () => {
  let release = () => {}
  const gate = new Promise<void>((resolve) => {
    release = resolve
  })
  const scripts = (_: unknown, index: number) => (index < 2 ? after(gate, say('Finally.')) : say('Next.'))
  await using world = await BotWorld.open(scripts, { settings: { 'bot.concurrency': 2 } })
  for (let number = 0; number < 10; number++) await world.asks('From the big one')
  await world.model.asked(2)
  const other = await newCompany(world.instance)
  await world.instance.core.bot.configure(other.owner, plainBot)
  const talk = await other.waiting()
  await talk.say(talk.visitor, 'From the small one')
  release()
  await world.model.asked(4)
  const next = world.model.requests.slice(2, 4).map(({ messages }) => messages.at(-1)?.content)
  expect(next).toContain('From the small one')
  await botSaid(talk)
})

eachDatabase('Two servers', (database) => {
  test('answer every visitor once between them', async () => {
    const url = await database.url()
    await using world = await BotWorld.open([say('Once.')], { databaseUrl: url })
    await using second = await openBotInstance(url, world.model.url, true)
    await using _engine = second.core.botEngine.start()
    const talks = await Promise.all(Array.from({ length: 20 }, () => world.asks('Hello?')))
    for (let step = 0; step < 5; step++) second.clock.advance(1_000)
    for (const talk of talks) await botSaid(talk)
    await world.model.idle()
    for (const talk of talks)
      expect((await talk.history(talk.visitor)).map(({ body }) => body)).toEqual(['Hello?', 'Once.'])
  })

  test('take over from one that has died, once its lease has run out', async () => {
    const url = await database.url()
    await using world = await BotWorld.open([stuck('I was about to')], { databaseUrl: url, engine: false })
    const talk = await world.asks('Hello?')
    await leaveHeld(url, world.clock.now())
    world.model.answers([say('The other one here.')])
    await using _engine = world.instance.core.botEngine.start()
    world.clock.advance(5_000)
    expect(world.model.requests).toEqual([])
    const said = await untilTimePasses(world, 'the bot answered', async () => {
      const history = await talk.history(talk.visitor)
      return history.length > 1 && history[1]?.body
    })
    expect(said).toBe('The other one here.')
  })
})

/** Takes what is due as a server does that dies right after. */
async function leaveHeld(databaseUrl: string, at: number): Promise<void> {
  const store = await openStore({ databaseUrl, dataFolder: '' })
  const [turn] = await until('a turn is due', async () => {
    const due = await store.read.botTurns.due(at, 10)
    return due.length > 0 && due
  })
  if (turn === undefined) throw new Error('Nothing is due.')
  const lease = { owner: 'the dead one', at, until: at + 10_000 }
  await store.transaction((transaction) => transaction.botTurns.take(turn.key, lease))
  await store.close()
}
