import { expect, test } from 'vitest'
import { BotWorld, botSaid, handledBy, notes, untilTimePasses } from './instance.js'
import {
  callTool,
  cutOff,
  dead,
  endsEarly,
  raw,
  type Script,
  say,
  silence,
  status,
  stuck,
} from './model-server.js'

const apology = 'Sorry, I cannot answer right now. A colleague will be with you.'

const failures: [title: string, scripts: Script[], requests: number][] = [
  ['never answers', [dead], 2],
  ['answers with headers and nothing else', [silence], 2],
  ['falls silent in the middle of a reply', [stuck('Half a')], 2],
  ['fails each time', [status(500)], 3],
  ['is busy and does not say for how long', [status(429)], 3],
  ['is busy for longer than anybody waits', [status(429, { 'retry-after': '60' })], 1],
  ['refuses the key', [status(401)], 1],
  ['knows no such model', [status(404)], 1],
  ['breaks the connection in the middle of a reply', [cutOff('Half a')], 3],
  ['ends its stream in the middle of a reply', [endsEarly('Half a')], 3],
  ['sends garbage', [raw('<html>Bad gateway</html>', 'text/html')], 3],
  ['sends an event stream of something else', [raw('data: {"weather": "fine"}\n\ndata: [DONE]\n\n')], 3],
  ['sends JSON that is none', [raw('data: {"choices": [{"delta"\n\n')], 3],
  ['says nothing, politely', [say('')], 3],
  ['tells of an error inside its stream', [raw('data: {"error": {"message": "overloaded"}}\n\n')], 3],
]

test.each(failures)('when the model %s, an agent takes over within 20 s', async (_, scripts, requests) => {
  await using world = await BotWorld.open(scripts)
  const talk = await world.asks('Hello?')
  const asked = world.clock.now()
  const passed = () => world.clock.now() - asked
  const handedOver = async () => {
    const current = await talk.view()
    return current.conversation.handler === 'queue' && current
  }
  // The time runs far ahead of the machine's here, and must not run out for requests that are on their way.
  const asks = () => world.model.requests.length
  const step = () => (asks() === 0 || (passed() > 17_400 && asks() < requests) ? 0 : 100)
  const view = await untilTimePasses(world, 'the conversation waits in the queue', handedOver, step)
  expect(view.queue?.position).toBe(1)
  const [entry] = (await world.company.core.queue.list(world.company.ada, { limit: 1 })).entries
  expect(entry?.entry.reason).toBe('bot_unavailable')
  const said = await botSaid(talk)
  expect(said.map(({ body }) => body)).toEqual([apology])
  expect((said[0]?.createdAt ?? 0) - asked).toBeLessThanOrEqual(20_000)
  expect(await notes(talk)).toEqual([expect.stringContaining('bot_unavailable')])
  expect(JSON.stringify(await talk.history())).not.toContain('secret details')
  expect(world.model.requests).toHaveLength(requests)
  expect(world.deltas(talk).every(({ done }) => !done) && world.deltas(talk).length > 0).toBe(false)
})

test('a model that fails twice and then answers has answered, and nothing else is seen', async () => {
  await using world = await BotWorld.open([status(500), cutOff('You can retu'), say('You can return it.')])
  const talk = await world.asks('Can I return it?')
  const said = await untilTimePasses(world, 'the bot answered', async () => {
    const history = await talk.history(talk.visitor)
    return history.length > 1 && history.map(({ body }) => body)
  })
  expect(said).toEqual(['Can I return it?', 'You can return it.'])
  expect((await talk.view()).conversation.handler).toBe('bot')
})

test('a model that asks to come back later is left alone for so long', async () => {
  await using world = await BotWorld.open([status(429, { 'retry-after': '7' }), say('Now I can.')])
  const talk = await world.asks('Hello?')
  await world.model.asked(1)
  const refused = world.clock.now()
  await untilTimePasses(
    world,
    'the model was asked again',
    () => world.model.requests.length === 2,
    () => 250,
  )
  expect(world.clock.now() - refused).toBeGreaterThanOrEqual(7_000)
  expect((await botSaid(talk)).map(({ body }) => body)).toEqual(['Now I can.'])
})

test('arguments that do not fit are told to the model once, and it may do better', async () => {
  await using world = await BotWorld.open([
    callTool('transfer_to_agent', { reason: 'angry', priority: 'urgent' }),
    callTool('transfer_to_agent', { reason: 'angry', priority: 'high' }),
  ])
  const talk = await world.asks('I want a person!')
  const { conversation } = await handledBy(talk, 'queue')
  expect(conversation.priority).toBe('high')
  expect(world.model.requests[1]?.messages.at(-1)).toMatchObject({ role: 'tool', tool_call_id: 'call_1' })
  expect(world.model.told.at(-1)).toContain('The arguments do not fit the schema: priority')
})

test.each([
  ['arguments outside the schema', { priority: 'urgent' }],
  ['arguments that are no JSON', '{"reason": "ang'],
])('a model that repeats %s counts as unavailable', async (_, given) => {
  await using world = await BotWorld.open([callTool('transfer_to_agent', given)])
  const talk = await world.asks('I want a person!')
  await handledBy(talk, 'queue')
  expect(world.model.requests).toHaveLength(2)
  expect((await botSaid(talk)).map(({ body }) => body)).toEqual([apology])
})

test('a tool that does not exist is not called, and a model that insists counts as unavailable', async () => {
  await using world = await BotWorld.open([callTool('delete_everything', {})])
  const talk = await world.asks('Delete everything')
  await handledBy(talk, 'queue')
  expect(world.model.told.at(-1)).toContain('There is no tool')
  expect((await botSaid(talk)).map(({ body }) => body)).toEqual([apology])
})
