import { expect, test } from 'vitest'
import { createAdminClient, createVisitorClient } from '../../src/client/index.js'
import { writeLocalConnection } from '../../src/config.js'
import { describeWith } from '../helpers/facilities.js'
import { until } from '../helpers/until.js'
import { freePort } from '../setup/child-process.js'
import { Tmux } from '../tui/tmux.js'
import { serve } from './bot-installation.js'
import { installation } from './installation.js'
import { program, secretKey, startProgram } from './program.js'
import { run } from './run.js'

const apiKey = 'pk_shop_0123456789abcdefghij'

const watching = (url: string) => ['admin', 'queue', '--watch', '--url', url, '--app', 'app_shop']

/** A visitor who asks for a person, by name. */
async function waits(url: string, name: string, priority: 'high' | 'normal' = 'normal'): Promise<string> {
  const visitor = createVisitorClient({
    url,
    apiKey,
    appId: 'app_shop',
    deviceId: crypto.randomUUID(),
    user: { name },
  })
  const { id } = await visitor.start()
  await visitor.post(id, { body: 'Is anybody there?', local_id: crypto.randomUUID() })
  await visitor.handoff(id, { reason: `${name} asks`, priority })
  return id
}

/** The queue as NDJSON, seen with a token. */
function watch(url: string, token = secretKey) {
  const started = startProgram(watching(url), { REPLYHQ_TOKEN: token })
  const line = (what: string, fits: (line: Record<string, unknown>) => boolean) =>
    until(what, () => started.objects().find(fits), { deadline: 30_000 })
  return { ...started, line }
}

test('without a terminal the queue goes on as NDJSON, each change a line', async () => {
  const { data } = await installation()
  await using server = await serve(data)
  const first = await waits(server.url, 'Bo')
  const watched = watch(server.url)
  expect(await watched.line('a snapshot', ({ event }) => event === 'snapshot')).toMatchObject({
    size: 1,
    queue: [
      { position: 1, conversation_id: first, visitor_name: 'Bo', reason: 'Bo asks', priority: 'normal' },
    ],
  })
  const second = await waits(server.url, 'Kim', 'high')
  const added = await watched.line('Kim comes', (line) => JSON.stringify(line).includes('Kim asks'))
  expect(added).toMatchObject({ event: 'changed', size: 2, added: [{ conversation_id: second }] })
  const admin = createAdminClient({ url: server.url, apiKey: secretKey, appId: 'app_shop' })
  await admin.conversations.close(first)
  const left = await watched.line('Bo goes', (line) => JSON.stringify(line.removed ?? '').includes(first))
  expect(left).toMatchObject({ event: 'changed', size: 1 })
  watched.child.kill('SIGINT')
  expect(await watched.ended).toBe(130)
})

test('a server that ends and comes back is told, with a fresh snapshot', async () => {
  const { data } = await installation()
  const port = await freePort()
  const server = await serve(data, port)
  const { url } = server
  const watched = watch(server.url)
  await watched.line('a snapshot', ({ event }) => event === 'snapshot')
  await server[Symbol.asyncDispose]()
  await watched.line('the cut', ({ event, connected }) => event === 'connection' && connected === false)
  await using again = await serve(data, port)
  expect(again.url).toBe(url)
  await waits(url, 'Bo')
  await watched.line('Bo, after the cut', (line) => JSON.stringify(line).includes('Bo asks'))
  watched.child.kill('SIGTERM')
  expect(await watched.ended).toBe(143)
})

test('watching needs a running server, and a token that it takes', async () => {
  const { data } = await installation()
  const missing = await run(['admin', 'queue', '--watch', '--data', data, '--json'])
  expect(missing).toMatchObject({ code: 2, stdout: expect.stringContaining('token') })
  const watch = ['admin', 'queue', '--watch', '--token-file', '-', '--json']
  const nowhere = [...watch, '--url', 'http://127.0.0.1:9']
  expect((await run([...nowhere, '--app', 'app_shop'], secretKey)).code).toBe(6)
  const nameless = await run(nowhere, secretKey)
  expect(nameless).toMatchObject({ code: 2, stdout: expect.stringContaining('--app') })
  await using server = await serve(data)
  const wrong = await run(
    [...watch, '--url', server.url, '--app', 'app_shop'],
    'sk_wrong_0123456789abcdefghij',
  )
  expect(wrong.code).toBe(4)
})

describeWith('terminal', 'On a terminal', () => {
  test('the queue is drawn again with every change, and the screen is given back', async () => {
    const { data } = await installation()
    await using server = await serve(data)
    // As a started server leaves it beside its data: nobody has to name the address on the same machine.
    const { url } = server
    writeLocalConnection(data, { url, appId: 'app_shop', publishableKey: apiKey, ownerEmail: null })
    await waits(url, 'Bo')
    await using terminal = await Tmux.start({
      command: [process.execPath, program, 'admin', 'queue', '--watch', '--data', data],
      environment: { HOME: data, REPLYHQ_TOKEN: secretKey },
      columns: 100,
      rows: 7,
    })
    await terminal.shows(/1 waits .* Ctrl-C ends[\s\S]*Bo asks/)
    await waits(server.url, 'Kim', 'high')
    await terminal.shows(/1 +Kim +high [^\n]*Kim asks[^\n]*\n2 +Bo +normal/)
    for (const name of ['Lu', 'Mia']) await waits(server.url, name)
    await terminal.shows(/4 wait [\s\S]*… and 1 more/)
    process.kill(await terminal.processId(), 'SIGINT')
    const screen = await terminal.shows('exit 130')
    expect(screen).not.toContain('Bo asks')
  })
})

test('the queue is looked at from all sides, and its counters agree with what is there', async () => {
  const { data, here } = await installation()
  await using server = await serve(data)
  const [normal, high] = [await waits(server.url, 'Bo'), await waits(server.url, 'Kim', 'high')]
  const { json } = await here('admin', 'debug', 'queue', '--json')
  expect(json()).toMatchObject({
    app_id: 'app_shop',
    routing: 'manual',
    size: 2,
    change: expect.any(Number),
    levels: [
      { priority: 'high', waiting: 1, counted: 1, average_wait_seconds: null },
      { priority: 'normal', waiting: 1, counted: 1, average_wait_seconds: null },
      { priority: 'low', waiting: 0, counted: 0, average_wait_seconds: null },
    ],
    offers: [],
    queue: [
      { conversation_id: high, position: 1 },
      { conversation_id: normal, position: 2 },
    ],
  })
  const shown = await here('admin', 'debug', 'queue')
  expect(shown.stdout).toMatch(/^routing manual, 2 waiting, change \d+\n/)
  expect(shown.stdout).toMatch(/^high +1 +1 +-$/m)
  expect(shown.stderr).toBe('')
})

test('offers that wait for an answer are in it, with the agent and the time', async () => {
  const { data, here } = await installation()
  await here('admin', 'settings', 'set', 'routing=round_robin')
  await using server = await serve(data)
  const agent = watch(server.url, 'rhq_ana_0123456789abcdefghij')
  const admin = createAdminClient({
    url: server.url,
    token: 'rhq_ana_0123456789abcdefghij',
    appId: 'app_shop',
  })
  await agent.line('a snapshot', ({ event }) => event === 'snapshot')
  await admin.agents.status('online')
  const id = await waits(server.url, 'Bo')
  await until(
    'it is offered to Ana',
    async () => {
      const { offers } = (await here('admin', 'debug', 'queue', '--json')).json() as { offers: object[] }
      return (
        offers.length > 0 && expect(offers).toMatchObject([{ conversation_id: id, agent: { name: 'Ana' } }])
      )
    },
    { every: 100, deadline: 30_000 },
  )
  expect((await here('admin', 'debug', 'queue')).stdout).toMatch(/offered +to +until \(UTC\)\n.* Ana /)
})
