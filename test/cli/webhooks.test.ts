import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Delivery, Webhook } from '../../src/client/index.js'
import { answering, ok, Receiver } from '../helpers/receiver.js'
import { until } from '../helpers/until.js'
import { serve } from './bot-installation.js'
import { installation } from './installation.js'
import { visitorAt } from './outside.js'
import { secretKey } from './program.js'
import { run } from './run.js'

/** An installation whose webhooks may lead to this machine, and which gives up after one attempt. */
async function reaching() {
  const made = await installation()
  writeFileSync(join(made.data, 'replyhq.yaml'), 'webhook: {allow_private: true, schedule: [0s]}\n')
  return made
}

/** The two ways to manage: the data folder, and a running server. */
const deskOf = (url: string) => (words: string[], stdin?: string) =>
  run([...words, '--url', url, '--app', 'app_shop', '--token-file', '-'], stdin ?? secretKey)

test('webhooks are added, shown, changed, rotated and removed in the data folder', async () => {
  const { here } = await installation()
  const added = await here(
    'admin',
    'webhooks',
    'add',
    'https://shop.example/hooks',
    '--event',
    'message.created',
    '--event',
    'conversation.closed',
  )
  const [, secret = ''] = /^secret +(whsec_\S+) +\(shown this once\)$/m.exec(added.stdout) ?? []
  const [, id = ''] = /^webhook +(whk_\w+)$/m.exec(added.stdout) ?? []
  expect(added.stderr).toContain(`next: replyhq admin webhooks test ${id}`)
  const listed = await here('admin', 'webhooks', '--json')
  expect(listed.json()).toMatchObject({
    webhooks: [
      {
        id,
        url: 'https://shop.example/hooks',
        events: ['message.created', 'conversation.closed'],
        enabled: true,
      },
    ],
  })
  expect(listed.stdout).not.toContain(secret)
  expect((await here('admin', 'webhooks', '-q')).stdout.trim()).toBe(id)

  const set = await here(
    'admin',
    'webhooks',
    'set',
    id,
    '--all-events',
    '--address',
    'https://shop.example/new',
    '--disable',
  )
  expect(set.code).toBe(0)
  expect((await here('admin', 'webhooks')).stdout).toMatch(/shop\.example\/new +all +off/)
  const rotated = await here('admin', 'webhooks', 'rotate', 'https://shop.example/new')
  expect(rotated.stdout.trim()).toMatch(/^whsec_/)
  expect(rotated.stdout.trim()).not.toBe(secret)
  expect((await here('admin', 'webhooks', 'set', id)).code).toBe(2)
  expect((await here('admin', 'webhooks', 'set', id, '--enable', '--disable')).code).toBe(2)
  expect((await here('admin', 'webhooks', 'remove', id)).code).toBe(2)
  expect((await here('admin', 'webhooks', 'remove', id, '--yes', '--json')).json()).toEqual({ removed: id })
  expect((await here('admin', 'webhooks', 'remove', id, '--yes')).code).toBe(3)
})

test('what is wrong about a webhook is refused with a sentence', async () => {
  const { here, data } = await installation()
  const add = (...words: string[]) => here('admin', 'webhooks', 'add', ...words)
  expect(await add('shop.example')).toMatchObject({ code: 2, stderr: expect.stringContaining('https://') })
  expect(await add('http://127.0.0.1/hooks')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('private'),
  })
  const type = await add('https://shop.example', '--event', 'mesage.created')
  expect(type).toMatchObject({ code: 2, stderr: expect.stringContaining('message.created') })
  const short = await run(
    ['admin', 'webhooks', 'add', 'https://shop.example', '--secret-stdin', '--data', data],
    'short',
  )
  expect(short).toMatchObject({ code: 2, stderr: expect.stringContaining('whsec_') })
})

test('a delivery that failed is found, looked at and sent again, from both sides', async () => {
  const { data, here } = await reaching()
  await using receiver = await Receiver.start()
  receiver.answer = answering(500, {}, 'out of\u001b[2J order')
  await using server = await serve(data)
  const there = deskOf(server.url)
  const { webhook } = (
    await there(['admin', 'webhooks', 'add', receiver.url, '--event', 'message.created', '--json'])
  ).json() as { webhook: Webhook }
  const visitor = await visitorAt(server.url)
  await visitor.say('Is EU shipping free?')
  await visitor.say('Anybody?')
  const dead = async () => {
    const { deliveries } = (await here('admin', 'deliveries', '--state', 'dead', '--json')).json() as {
      deliveries: Delivery[]
    }
    return deliveries
  }
  const [second, first] = await until(
    'both are given up',
    async () => {
      const found = await dead()
      return found.length === 2 && found
    },
    { every: 100, deadline: 20_000 },
  )
  expect(
    (await there(['admin', 'webhooks', 'deliveries', receiver.url, '-q'])).stdout.trim().split('\n'),
  ).toEqual([second?.id, first?.id])
  const list = await there(['admin', 'deliveries'])
  expect(list.stdout).toMatch(/message\.created +http.* +dead +1 /)
  expect(list.stderr).toContain('next: replyhq admin deliveries replay --dead')
  const shown = await here('admin', 'deliveries', 'show', first?.id ?? '')
  expect(shown.stdout).toMatch(/^state +dead$/m)
  expect(shown.stdout).toMatch(/ 500 +.*out of\[2J order$/m)

  receiver.received.length = 0
  receiver.answer = ok
  await there(['admin', 'webhooks', 'set', webhook.id, '--disable'])
  const replay = await here('admin', 'webhooks', 'replay', first?.id ?? '')
  expect(replay).toMatchObject({ code: 0, stderr: expect.stringContaining(`set ${webhook.id} --enable`) })
  await there(['admin', 'webhooks', 'set', webhook.id, '--enable'])
  await until('the first arrives', () => receiver.received.length === 1, { deadline: 20_000 })
  const rest = await there([
    'admin',
    'deliveries',
    'replay',
    '--dead',
    '--webhook',
    webhook.id,
    '--since',
    '1h',
    '--json',
  ])
  expect(rest.json()).toEqual({ replayed: 1 })
  await until('the second arrives', () => receiver.received.length === 2, { deadline: 20_000 })
  expect(receiver.received.map(({ event }) => event.data.content)).toEqual([
    'Is EU shipping free?',
    'Anybody?',
  ])
  await until('none is left', async () => (await dead()).length === 0, { every: 100 })
}, 60_000)

test('a test tells how the receiver took it, and fails when it did not', async () => {
  const { here } = await reaching()
  await using receiver = await Receiver.start()
  await here('admin', 'webhooks', 'add', receiver.url)
  expect(await here('admin', 'webhooks', 'test', receiver.url)).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^Arrived: 204 after \d+ ms/),
  })
  receiver.answer = answering(500, {}, 'no')
  expect(await here('admin', 'webhooks', 'test', receiver.url)).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('500'),
  })
  const json = await here('admin', 'webhooks', 'test', receiver.url, '--json')
  expect(json.code).toBe(1)
  expect(json.json()).toMatchObject({ attempt: { status: 500, response: 'no' } })
})

test('what replays is named, and only once', async () => {
  const { here } = await installation()
  const replay = (...words: string[]) => here('admin', 'deliveries', 'replay', ...words)
  expect((await replay()).code).toBe(2)
  expect((await replay('dlv_1', '--dead')).code).toBe(2)
  expect((await replay('--dead', '--since', 'yesterday')).code).toBe(2)
  expect((await replay('--dead', '--webhook', 'whk_none')).code).toBe(3)
  expect((await replay('dlv_none')).code).toBe(3)
  expect((await replay('--dead', '--json')).json()).toEqual({ replayed: 0 })
})

test('webhooks of an installation as text are made once, changed in place, and left alone', async () => {
  const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
  const text = (webhooks: string) => `apps: [{id: app_shop, name: Shop, webhooks: [${webhooks}]}]`
  const { here, file, applied } = await installation(
    text(
      `{url: 'https://a.example/', events: [message.created], secret: ${secret}}, {url: 'https://b.example/'}`,
    ),
  )
  const { steps } = applied.json() as { steps: { kind: string }[] }
  expect(steps.filter(({ kind }) => kind === 'webhook')).toEqual([
    { action: 'create', kind: 'webhook', target: 'https://a.example/' },
    {
      action: 'create',
      kind: 'webhook',
      target: 'https://b.example/',
      shown: { secret: expect.stringMatching(/^whsec_/) },
    },
  ])
  const apply = async (...words: string[]) =>
    (await here('admin', 'apply', '-f', file, '--json', ...words)).json()
  expect(await apply('--yes')).toEqual({ dry_run: false, steps: [] })

  writeFileSync(file, text(`{url: 'https://a.example/', events: [message.created, message.updated]}`))
  const change = [{ action: 'update', kind: 'webhook', target: 'https://a.example/' }]
  expect(await apply('--dry-run')).toEqual({ dry_run: true, steps: change })
  expect(await apply('--yes')).toEqual({ dry_run: false, steps: change })
  expect(await apply('--yes')).toEqual({ dry_run: false, steps: [] })
  expect((await here('admin', 'webhooks', '-q')).stdout.trim().split('\n')).toHaveLength(2)

  writeFileSync(file, text(`{url: a.example, events: [message.read], secret: whsec_short, sekret: x}`))
  const faults = await here('admin', 'apply', '-f', file, '--yes')
  expect(faults.code).toBe(2)
  for (const fault of ['url', 'events[0]', 'secret', 'Did you mean secret?'])
    expect(faults.stderr).toContain(fault)
})

test('a private address is refused with both ways to allow it, and with whose settings count', async () => {
  const { here } = await installation()
  const refused = await here('admin', 'webhooks', 'add', 'http://10.0.0.5/hooks')
  expect(refused.code).toBe(2)
  expect(refused.stderr).toMatch(/OUTBOUND_PRIVATE_NETWORKS.*WEBHOOK_ALLOW_PRIVATE=true/)
  expect(refused.stderr).toMatch(/hint: .*settings of this command.*--url/)
})
