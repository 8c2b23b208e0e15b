import { Webhook } from 'standardwebhooks'
import { expect, test } from 'vitest'
import { addressGuard } from '../../src/server/adapters/outbound/addresses.js'
import type { GivenBotSettings } from '../../src/server/core/bot/settings.js'
import { BotWorld, botSaid, handledBy, plainBot, untilTimePasses } from './instance.js'
import { callTool, say } from './model-server.js'
import { ToolServer } from './tool-server.js'

const secret = `whsec_${Buffer.from('a secret of the tool, 32 bytes..').toString('base64')}`

const withTool = (url: string): GivenBotSettings => ({
  ...plainBot,
  httpTools: [
    {
      name: 'find_order',
      description: 'Looks up an order of the customer.',
      parameters: { type: 'object', properties: { number: { type: 'string' } }, required: ['number'] },
      url,
      secret,
    },
  ],
})

const here = { settings: { 'outbound.privateNetworks': ['127.0.0.0/8'] } }
const json = (value: unknown) => (response: { end(text: string): unknown }) =>
  response.end(JSON.stringify(value))

test('a tool is called with a signature that the Standard Webhooks library verifies, and its result is told', async () => {
  await using tool = await ToolServer.start(json({ status: 'shipped' }))
  await using world = await BotWorld.open(
    [callTool('find_order', { number: '42' }), say('It was shipped.')],
    { ...here, engine: false, bot: withTool(tool.url) },
  )
  world.clock.advance(Date.now() - world.clock.now())
  await using _engine = world.instance.core.botEngine.start()
  const talk = await world.asks('Where is order 42?')
  expect((await botSaid(talk)).map(({ body }) => body)).toEqual(['It was shipped.'])
  const [request] = tool.requests
  const verified = new Webhook(secret).verify(request?.body ?? '', request?.headers as Record<string, string>)
  expect(verified).toMatchObject({
    tool: 'find_order',
    arguments: { number: '42' },
    conversation: { id: talk.id },
    contact: { id: talk.visitor.contact.id },
  })
  expect(world.model.told.at(-1)).toBe('tool: {"status":"shipped"}')
})

test('arguments that the schema does not name never reach the tool', async () => {
  await using tool = await ToolServer.start(json({}))
  await using world = await BotWorld.open(
    [callTool('find_order', { number: '42', contact_id: 'con_other' }), say('Let me see.')],
    { ...here, bot: withTool(tool.url) },
  )
  await botSaid(await world.asks('Show me the orders of somebody else'))
  expect(tool.requests).toEqual([])
  expect(world.model.told.at(-1)).toContain('do not fit the schema')
})

test('a model that calls tools again and again must say something after five rounds', async () => {
  await using tool = await ToolServer.start(json({}))
  await using world = await BotWorld.open(
    ({ tool_choice }) => (tool_choice === 'none' ? say('Enough.') : callTool('find_order', { number: '1' })),
    { ...here, bot: withTool(tool.url) },
  )
  const talk = await world.asks('Look it up')
  expect((await botSaid(talk)).map(({ body }) => body)).toEqual(['Enough.'])
  expect(tool.requests).toHaveLength(5)
  expect(new Set(tool.requests.map(({ headers }) => headers['webhook-id'])).size).toBe(5)
})

test('one that calls tools even then counts as unavailable', async () => {
  await using tool = await ToolServer.start(json({}))
  await using world = await BotWorld.open([callTool('find_order', { number: '1' })], {
    ...here,
    bot: withTool(tool.url),
  })
  await handledBy(await world.asks('Look it up'), 'queue')
  expect(world.model.requests).toHaveLength(6)
})

test.each([
  ['fails', (response: { writeHead(code: number): { end(): unknown } }) => response.writeHead(500).end()],
  ['never answers', () => {}],
  [
    'redirects into the private network',
    (response: { writeHead(code: number, headers: object): { end(): unknown } }) =>
      response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
  ],
])('a tool that %s is no failure of the bot: the model is told', async (_, answer) => {
  await using tool = await ToolServer.start(answer)
  await using world = await BotWorld.open(
    [callTool('find_order', { number: '1' }), say('I cannot look it up right now.')],
    { ...here, bot: withTool(tool.url) },
  )
  const talk = await world.asks('Look it up')
  await world.model.asked(1)
  const said = await untilTimePasses(world, 'the bot answered', async () => {
    const history = await talk.history(talk.visitor)
    return history.length > 1 && history[1]?.body
  })
  expect(said).toBe('I cannot look it up right now.')
  expect(world.model.told.at(-1)).toContain('The tool failed')
})

test('more than a model should be told by a tool is cut', async () => {
  await using tool = await ToolServer.start((response) => response.end('x'.repeat(5_000_000)))
  await using world = await BotWorld.open([callTool('find_order', { number: '1' }), say('Much.')], {
    ...here,
    bot: withTool(tool.url),
  })
  await botSaid(await world.asks('Look it up'))
  expect(world.model.told.at(-1)?.length).toBeLessThan(9_000)
})

test.each([
  ['an address', (port: number) => `http://127.0.0.1:${port}/`],
  ['a name', (port: number) => `http://localhost:${port}/`],
  ['a number', (port: number) => `http://2130706433:${port}/`],
  ['IPv6', (port: number) => `http://[::ffff:127.0.0.1]:${port}/`],
])(
  'a tool on this machine, written as %s, is not reached unless its network is allowed',
  async (_, urlOf) => {
    await using tool = await ToolServer.start(json({}))
    await using world = await BotWorld.open([callTool('find_order', { number: '1' }), say('No.')], {
      bot: withTool(urlOf(tool.port)),
    })
    await botSaid(await world.asks('Look it up'))
    expect(tool.requests).toEqual([])
    expect(world.model.told.at(-1)).toContain('The tool failed')
  },
)

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '127.0.0.1',
  '169.254.169.254',
  '172.31.255.255',
  '192.168.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:10.0.0.1',
  '::10.0.0.1',
  '64:ff9b::a00:1',
  '2002:a00:1::',
  'fd00::1',
  'fe80::1',
  'not an address',
])('%s is no address of a tool', (address) => {
  expect(addressGuard([])(address)).toBe(false)
})

test('public addresses are, and private ones that are listed', () => {
  const allowed = addressGuard(['10.1.0.0/16', 'fd00::1'])
  expect(['1.1.1.1', '2606:4700::1111', '10.1.2.3', 'fd00::1'].map(allowed)).toEqual([true, true, true, true])
  expect(['10.2.0.1', 'fd00::2', '127.0.0.1'].map(allowed)).toEqual([false, false, false])
})
