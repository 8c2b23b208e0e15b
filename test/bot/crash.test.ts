import { expect, test } from 'vitest'
import { openInstance } from '../../src/server/context.js'
import type { GivenBotSettings } from '../../src/server/core/bot/settings.js'
import { shop } from '../helpers/seed.js'
import { asDevice, call } from '../helpers/server.js'
import { ServerProcess } from '../helpers/server-process.js'
import { until } from '../helpers/until.js'
import { ModelServer, say, stuck } from './model-server.js'

interface Said {
  sender: string
  body: string
  sequence: number
}

async function serve(model: ModelServer, bot: GivenBotSettings): Promise<ServerProcess> {
  const server = await ServerProcess.start({
    environment: { OPENAI_API_KEY: 'sk-test', OPENAI_BASE_URL: model.url, REPLYHQ_BOT_LEASE: '1s' },
  })
  const { config, secrets, loggers } = server.installation
  // As a command does beside a running server.
  await using instance = await openInstance(config, secrets, loggers)
  const app = await instance.core.apps.byId(shop.id)
  await instance.core.bot.configure({ type: 'operator', app }, bot)
  return server
}

async function begin(server: ServerProcess, device: string): Promise<string> {
  const { body } = await call(server, 'POST', '/v1/conversations', { as: asDevice(device, shop), body: {} })
  return (body as { conversation: { id: string } }).conversation.id
}

const ask = (server: ServerProcess, device: string, id: string, text: string) =>
  call(server, 'POST', `/v1/conversations/${id}/messages`, {
    as: asDevice(device, shop),
    body: { local_id: text, body: text },
  })

async function said(server: ServerProcess, device: string, id: string): Promise<Said[]> {
  const { body } = await call(server, 'GET', `/v1/conversations/${id}/messages`, {
    as: asDevice(device, shop),
  })
  return (body as { messages: Said[] }).messages
}

test('a visitor whose answer was being written when the server was killed is answered once by the next', async () => {
  await using model = await ModelServer.start([stuck('I was ab')])
  await using server = await serve(model, { prompt: 'Help.' })
  const id = await begin(server, 'phone')
  expect((await ask(server, 'phone', id, 'Hello?')).status).toBe(201)
  await model.asked(1)
  await server.end('SIGKILL')
  model.answers([say('Here I am again.')])
  await server.start()
  await until('the bot answered', async () => (await said(server, 'phone', id)).length > 1, {
    deadline: 30_000,
  })
  const messages = await said(server, 'phone', id)
  expect(messages.map(({ sender, body }) => `${sender}: ${body}`)).toEqual([
    'user: Hello?',
    'bot: Here I am again.',
  ])
})

test('whenever the server is killed, everybody who wrote is answered exactly once', async () => {
  await using model = await ModelServer.start(({ messages }) => say(`About ${messages.at(-1)?.content}`))
  await using server = await serve(model, { prompt: 'Help.' })
  const devices = Array.from({ length: 8 }, (_, number) => `phone-${number}`)
  const ids = await Promise.all(devices.map((device) => begin(server, device)))
  for (let round = 0; round < 3; round++) {
    const sent = devices.map((device, index) => ask(server, device, ids[index] ?? '', `question ${round}`))
    const killing = until('some of it was heard', () => model.requests.length > round * 8 + round * 2)
    await Promise.all([...sent, killing])
    await server.end('SIGKILL')
    await server.start()
    await until(
      'everybody has an answer',
      async () => {
        const all = await Promise.all(devices.map((device, index) => said(server, device, ids[index] ?? '')))
        return all.every((messages) => messages.at(-1)?.sender === 'bot')
      },
      { deadline: 30_000, every: 50 },
    )
  }
  for (const [index, device] of devices.entries()) {
    const messages = await said(server, device, ids[index] ?? '')
    expect(messages.map(({ sender, body }) => `${sender}: ${body}`)).toEqual(
      [0, 1, 2].flatMap((round) => [`user: question ${round}`, `bot: About question ${round}`]),
    )
    expect(messages.map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4, 5, 6])
  }
}, 60_000)
