import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  asBearer,
  asDevice,
  call,
  people,
  shop,
  startTestServer,
  type TestServer,
} from '../helpers/server.js'
import { until } from '../helpers/until.js'
import { connect, connectAgent, connectVisitor, newConversation, newDevice } from '../protocols/live.js'
import { callTool, ModelServer, say } from './model-server.js'

let model: ModelServer
let server: TestServer
const admin = asBearer(people.adam.token)
const bot = { prompt: 'You help the customers of a shop.', greeting: 'Hello, I am Robo.' }

beforeAll(async () => {
  model = await ModelServer.start(({ messages }) =>
    messages.at(-1)?.content?.includes('person')
      ? callTool('transfer_to_agent', { reason: 'asked for a person', priority: 'high' })
      : say('One two three.'),
  )
  const environment = { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: model.url }
  server = await startTestServer({ environment })
  expect((await call(server, 'PUT', '/v1/admin/bot', { as: admin, body: { bot } })).status).toBe(200)
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await model[Symbol.asyncDispose]()
})

test('an administrator sees the bot with its defaults, and a setting that cannot work is refused', async () => {
  const { body } = await call(server, 'GET', '/v1/admin/bot', { as: admin })
  expect(body).toMatchObject({
    bot: { ...bot, enabled: true, policy: 'bot_first', tools: ['transfer_to_agent'] },
  })
  const wrong = { bot: { ...bot, token_budget: 3 } }
  const refused = await call(server, 'PUT', '/v1/admin/bot', { as: admin, body: wrong })
  expect(refused).toMatchObject({ status: 400, body: { error: { code: 'invalid_request' } } })
  const agents = asBearer(people.ana.token)
  expect((await call(server, 'GET', '/v1/admin/bot', { as: agents })).status).toBe(403)
})

test('on v1 the visitor and the agents see the reply grow, and then the message', async () => {
  const { deviceId, id } = await newConversation(server)
  using visitor = await connectVisitor(server, deviceId)
  using agent = await connectAgent(server, 'ana', {})
  using stranger = await connectVisitor(server, newDevice())
  await agent.ask('app:subscribe', { app_id: shop.id })
  await agent.ask('conversation:join', { conversation_id: id })
  const joined = await visitor.ask('conversation:join', { conversation_id: id })
  expect(joined.messages).toMatchObject([{ sender: 'bot', body: 'Hello, I am Robo.' }])
  await visitor.ask('message:send', { conversation_id: id, local_id: '1', body: 'Count!' })
  const reply = await visitor.next('message:new', ({ body }) => body === 'One two three.')
  expect(reply).toMatchObject({ sender: 'bot', sequence: 3 })
  for (const live of [visitor, agent]) {
    const deltas = live.of('message:delta')
    expect(deltas[0]).toMatchObject({ conversation_id: id, index: 0, done: false })
    expect(deltas.at(-1)).toMatchObject({ text: 'One two three.', done: true })
    expect(reply.local_id).toBe(`bot:${deltas[0]?.turn_id}`)
    expect(live.of('agent:typing')[0]).toMatchObject({ is_typing: true })
  }
  expect(stranger.of('message:delta')).toEqual([])
  const names = visitor.received.map(({ name, payload }) => `${name} ${payload.done ?? ''}`)
  expect(names.indexOf('message:delta true')).toBeLessThan(names.lastIndexOf('message:new '))
})

test('on the handoff protocol the customer hears greeting, answer and that an agent is coming', async () => {
  using customer = await connect(server, '/', { apiKey: shop.publishableKey }, { path: '/socket.io' })
  const started = await customer.ask('customer:start_chat', { userId: newDevice() })
  const { sessionId } = started
  expect(await customer.next('session:created')).toMatchObject({ status: 'bot' })
  await customer.next(
    'message:received',
    ({ sender, content }) => sender === 'bot' && content === bot.greeting,
  )
  await customer.ask('customer:send_message', { sessionId, content: 'A person, please' })
  expect(await customer.next('status:changed')).toMatchObject({ status: 'waiting', position: 1 })
  const path = `/v1/admin/conversations/${sessionId}`
  const { body } = await call(server, 'GET', path, { as: admin })
  expect(body).toMatchObject({ conversation: { handler: 'queue', priority: 'high' } })
})

test('the note for the agent reaches no visitor', async () => {
  const { deviceId, id, as } = await newConversation(server)
  using visitor = await connectVisitor(server, deviceId)
  await visitor.ask('conversation:join', { conversation_id: id })
  await call(server, 'POST', `/v1/conversations/${id}/messages`, {
    as,
    body: { local_id: '1', body: 'A person!' },
  })
  await visitor.next('conversation:updated', ({ handler }) => handler === 'queue')
  const own = await call(server, 'GET', `/v1/conversations/${id}/messages`, { as: asDevice(deviceId, shop) })
  expect(JSON.stringify([own.body, visitor.received])).not.toContain('From the bot to the queue')
  const path = `/v1/admin/conversations/${id}/messages`
  const noted = await until('the note is there', async () => {
    const { body } = await call(server, 'GET', path, { as: admin })
    return JSON.stringify(body).includes('From the bot to the queue')
  })
  expect(noted).toBe(true)
})

test('the statistics say what the bot cost', async () => {
  const { body } = await call(server, 'GET', '/v1/admin/stats', { as: admin })
  const { stats } = body as { stats: { bot: { turns: number; input_tokens: number } } }
  expect(stats.bot.turns).toBeGreaterThan(1)
  expect(stats.bot.input_tokens).toBeGreaterThan(10)
})
