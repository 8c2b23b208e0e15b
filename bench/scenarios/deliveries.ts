import { setTimeout as delay } from 'node:timers/promises'
import { loadConfig, provideSecrets } from '../../src/config.js'
import { createLoggers } from '../../src/logger.js'
import { openInstance } from '../../src/server/context.js'
import { envelopeOf } from '../../src/server/core/outbox/envelope.js'
import { Receivers } from '../load/receivers.js'
import { cpuSeconds } from '../machine/cpu.js'
import { type RunningServer, startOpponent } from '../machine/server.js'
import { app } from '../product/instance.js'
import { startProduct } from '../product/product.js'
import type { Extent, Measurement, Scenario } from '../scenario.js'

const LIVING = 9
const CONCURRENCY = 4
const CONVERSATIONS = 200
/** Nobody listens there. */
const DEAD_URL = 'http://127.0.0.1:1/'
const PRIVATE = { WEBHOOK_ALLOW_PRIVATE: 'true' }

const dataOf = (number: number) => ({
  id: `msg_${number}`,
  conversationId: `conv_${number % CONVERSATIONS}`,
  sequence: number,
  sender: { id: 'user', type: 'contact', name: 'Ana' },
  type: 'text',
  content: 'Where is the parcel that I ordered on Monday? The page says that it was handed over.',
  attachments: [],
  reactions: [],
  metadata: {},
})

/** Ten disabled webhooks of the app, with what waits for each. */
async function fill(data: string, urls: readonly string[], events: number): Promise<void> {
  const { config, secrets } = loadConfig({ env: { REPLYHQ_DATA: data, ...PRIVATE }, cwd: data })
  const loggers = createLoggers({ level: 'warn' })
  await using instance = await openInstance(config, provideSecrets(data, secrets), loggers)
  const { core, context } = instance
  const operator = { type: 'operator' as const, app: await core.apps.byId(app.id) }
  for (const url of urls) await core.webhooks.add(operator, { url })
  const write = (number: number) =>
    context.store.transaction((transaction) =>
      core.outbox.record(transaction, operator.app, {
        type: 'message.created',
        conversationKey: 1 + (number % CONVERSATIONS),
        data: () => dataOf(number),
      }),
    )
  for (let from = 0; from < events; from += 100)
    await Promise.all(Array.from({ length: Math.min(100, events - from) }, (_, at) => write(from + at)))
  for (const { id } of await core.webhooks.list(operator))
    await core.webhooks.update(operator, id, { enabled: false })
}

async function enableAll(port: number): Promise<void> {
  const headers = {
    authorization: `Bearer ${app.secretKey}`,
    'x-app-id': app.id,
    'content-type': 'application/json',
  }
  const webhooks = `http://127.0.0.1:${port}/v1/admin/webhooks`
  const listed = (await (await fetch(webhooks, { headers })).json()) as { webhooks: { id: string }[] }
  for (const { id } of listed.webhooks) {
    const body = JSON.stringify({ enabled: true })
    const answer = await fetch(`${webhooks}/${id}`, { method: 'PATCH', headers, body })
    if (!answer.ok) throw new Error(`A webhook was not enabled: ${await answer.text()}`)
  }
}

/** CPU seconds of the product for each delivery, and how long all took. */
async function ofProduct(events: number): Promise<{ cpu: number; seconds: number }> {
  const receivers = await Receivers.start(LIVING)
  const product = await startProduct({
    environment: PRIVATE,
    fill: (data) => fill(data, [...receivers.urls, DEAD_URL], events),
  })
  try {
    const [before, began] = [product.cpuSeconds(), performance.now()]
    await enableAll(product.port)
    while (receivers.fewest < events) await delay(20)
    const seconds = (performance.now() - began) / 1_000
    return { cpu: (product.cpuSeconds() - before) / (events * LIVING), seconds }
  } finally {
    await product.stop()
    receivers.stop()
  }
}

async function ofPosts(server: RunningServer, events: number): Promise<number> {
  const receivers = await Receivers.start(LIVING)
  const body = JSON.stringify(envelopeOf({ id: 'evt', type: 'message.created', at: 0, data: dataOf(1) }))
  const before = cpuSeconds(server.pid)
  const order = { urls: receivers.urls, count: events, concurrency: CONCURRENCY, body }
  await fetch(`http://127.0.0.1:${server.port}/`, { method: 'POST', body: JSON.stringify(order) })
  receivers.stop()
  return (cpuSeconds(server.pid) - before) / (events * LIVING)
}

async function run(extent: Extent): Promise<Measurement[]> {
  const events = Math.max(1_000, extent.messages / 100)
  const posts = await startOpponent('posts')
  try {
    const bare = await ofPosts(posts, events)
    const { cpu, seconds } = await ofProduct(events)
    const micro = (figure: number) => `${(figure * 1e6).toFixed(0)} µs`
    const detail = `${micro(cpu)}, bare ${micro(bare)}; ${events} events to nine in ${seconds.toFixed(1)} s`
    return [{ goal: 'deliveries', value: cpu / bare, detail }]
  } finally {
    await posts.stop()
  }
}

export const deliveriesScenario: Scenario = { name: 'deliveries', goals: ['deliveries'], run }
