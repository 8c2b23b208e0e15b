import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AdminSide, FeedChange, Message, VisitorLive, VisitorSide } from '../../src/client/index.js'
import { agentOf, visitorOf } from '../client/helpers/people.js'
import { postgresUrl, privatePostgres, privateRedis } from '../helpers/databases.js'
import { describeWith } from '../helpers/facilities.js'
import { ServerProcess } from '../helpers/server-process.js'
import { until } from '../helpers/until.js'
import { Balancer } from './balancer.js'

interface Feed {
  readonly lastSequence: number
  readonly pending: readonly unknown[]
  readonly messages: readonly { id: string; body: string }[]
  send(draft: { body: string }): unknown
  subscribe(listener: (change: FeedChange<AdminSide> | FeedChange<VisitorSide>) => void): unknown
}

/** The sequences that a feed announced as new, in the order of their announcement. */
function announced(feed: Feed): number[] {
  const sequences: number[] = []
  feed.subscribe((change) => {
    if (change.type === 'message' && change.fresh && change.message.sequence !== null)
      sequences.push(change.message.sequence)
  })
  return sequences
}

/** The sequences of new messages as the server told them, before any healing. */
function told(live: Pick<VisitorLive, 'on'>): (number | null)[] {
  const sequences: (number | null)[] = []
  live.on('message:new', ({ sequence }: Message) => sequences.push(sequence))
  return sequences
}

/** Writes line after line, whatever happens to the servers. */
async function write(feed: Feed, name: string, lines: number): Promise<string[]> {
  const bodies = Array.from({ length: lines }, (_, index) => `${name} ${index}`)
  for (const body of bodies) {
    feed.send({ body })
    await delay(10)
  }
  return bodies
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

describeWith('redis', 'Three nodes on one Postgres and one Redis', () => {
  let redis: Awaited<ReturnType<typeof privateRedis>>
  let nodes: [ServerProcess, ServerProcess, ServerProcess]

  beforeAll(async () => {
    redis = await privateRedis()
    const environment = { REPLYHQ_REDIS_URL: redis.url }
    const first = await ServerProcess.start({ databaseUrl: await postgresUrl(), environment })
    nodes = [first, await ServerProcess.beside(first), await ServerProcess.beside(first)]
  })
  afterAll(async () => {
    for (const node of nodes) await node[Symbol.asyncDispose]()
    await redis.stop()
  })

  test('let a visitor and an agent on different nodes talk, in order and once', async () => {
    using visitor = visitorOf(nodes[0], 'talk')
    using ana = agentOf(nodes[1], 'ana')
    const { id } = await visitor.client.start()
    await ana.client.conversations.claim(id)
    const [theirs, hers] = [visitor.live.conversation(id), ana.live.conversation(id)]
    await Promise.all([theirs.ready, hers.ready])
    const announcements = [theirs, hers].map(announced)
    const heard = [told(visitor.live), told(ana.live)]
    const syncs: unknown[] = []
    visitor.live.on('sync:required', (payload) => syncs.push(payload))
    ana.live.on('sync:required', (payload) => syncs.push(payload))
    await Promise.all([write(theirs, 'visitor', 60), write(hers, 'agent', 60)])
    await until('both have all', () => [theirs, hers].every(({ lastSequence }) => lastSequence === 120))
    expect(announcements).toEqual([upTo(120), upTo(120)])
    await until('the server has told both of all', () => heard.every((numbers) => numbers.length >= 120))
    expect(heard).toEqual([upTo(120), upTo(120)])
    expect(theirs.messages.map(({ body }) => body)).toEqual(hers.messages.map(({ body }) => body))
    ana.live.typing(id, true)
    await until('the visitor sees that she types', () => theirs.typing[0]?.name === 'Ana')
    hers.markRead()
    const visitors = () => theirs.messages.filter(({ sender }) => sender === 'user')
    await until('the visitor sees what she has read', () =>
      visitors().every(({ status }) => status === 'READ'),
    )
    expect(syncs).toEqual([])
  })

  test('say that Redis is up', async () => {
    const health = await (await fetch(`${nodes[0].url}/health`)).json()
    expect(health).toMatchObject({ status: 'ok', services: { database: 'up', redis: 'up' } })
  })

  test('lose nothing that was acknowledged when Redis stops and starts, and everybody has everything after', async () => {
    using visitor = visitorOf(nodes[0], 'outage')
    using ana = agentOf(nodes[1], 'ana')
    const { id } = await visitor.client.start()
    await ana.client.conversations.claim(id)
    const [theirs, hers] = [visitor.live.conversation(id), ana.live.conversation(id)]
    await Promise.all([theirs.ready, hers.ready])
    const announcements = [theirs, hers].map(announced)
    const heard = [told(visitor.live), told(ana.live)]
    await redis.stop()
    await Promise.all([write(theirs, 'visitor', 20), write(hers, 'agent', 20)])
    await until('all is acknowledged', () => [theirs, hers].every(({ pending }) => pending.length === 0))
    const health = async () => (await (await fetch(`${nodes[0].url}/health`)).json()) as { status: string }
    await until('its absence is known', async () => (await health()).status === 'degraded')
    expect(await health()).toMatchObject({ services: { database: 'up', redis: 'down' } })
    expect((await fetch(`${nodes[0].url}/ready`)).status).toBe(200)
    await redis.start()
    await until('both have all', () => [theirs, hers].every(({ lastSequence }) => lastSequence === 40), {
      deadline: 30_000,
    })
    expect(announcements).toEqual([upTo(40), upTo(40)])
    await until('the server has told both of all', () => heard.every((numbers) => numbers.length >= 40))
    expect(heard).toEqual([upTo(40), upTo(40)])
    const redisOf = async (node: ServerProcess) =>
      ((await (await fetch(`${node.url}/health`)).json()) as { services: { redis: string } }).services.redis
    await until('Redis is known to be back', async () =>
      (await Promise.all(nodes.map(redisOf))).every((state) => state === 'up'),
    )
  })

  test('go on when one of them is killed: clients resume elsewhere, and who is gone goes offline once', async () => {
    using balancer = await Balancer.before([nodes[0], nodes[2]])
    using visitor = visitorOf(balancer, 'survivor')
    using ghost = visitorOf(nodes[0], 'ghost')
    using ana = agentOf(nodes[1], 'ana')
    const { id } = await visitor.client.start()
    const { id: ghosts } = await ghost.client.start()
    const ghostId = (await ghost.client.start()).visitor_id
    await ana.client.conversations.claim(id)
    const [theirs, hers] = [visitor.live.conversation(id), ana.live.conversation(id)]
    await Promise.all([theirs.ready, hers.ready, ghost.live.conversation(ghosts).ready])
    const announcements = [theirs, hers].map(announced)
    const changes: { id: string; online: boolean }[] = []
    ana.live.on('presence:change', (change) => changes.push(change))
    const parted: (string | null)[] = []
    ana.live.on('session:disconnect', ({ visitor_id }) => parted.push(visitor_id))
    const written = Promise.all([write(theirs, 'visitor', 60), write(hers, 'agent', 60)])
    await until('the chat is under way', () => theirs.lastSequence > 20)
    await nodes[0].end('SIGKILL')
    const killedAt = performance.now()
    ghost.live.close()
    const [visitors, agents] = await written
    await until('all is acknowledged', () => [theirs, hers].every(({ pending }) => pending.length === 0), {
      deadline: 20_000,
    })
    await until('both have all', () => [theirs, hers].every(({ lastSequence }) => lastSequence === 120))
    expect(announcements).toEqual([upTo(120), upTo(120)])
    const stored = (await ana.client.conversations.messages(id, { after_sequence: 0, limit: 200 })).messages
    expect(stored.filter(({ sender }) => sender === 'user').map(({ body }) => body)).toEqual(visitors)
    expect(stored.filter(({ sender }) => sender === 'agent').map(({ body }) => body)).toEqual(agents)
    const told = () => changes.filter((change) => change.id === ghostId && !change.online)
    const isKnown = () => told().length > 0 && parted.includes(ghostId)
    await until('the ghost is offline', isKnown, { deadline: 30_000 })
    expect((performance.now() - killedAt) / 1_000).toBeLessThan(30)
    // Another one would come within the same second.
    await delay(1_500)
    expect(told()).toHaveLength(1)
    expect(parted.filter((visitorId) => visitorId === ghostId)).toHaveLength(1)
    expect(changes.filter(({ online }) => online)).toEqual([])
    expect(await ana.client.conversations.one(id)).toMatchObject({ online: true })
  }, 90_000)
})

describeWith('postgres', 'Two nodes on one Postgres alone', () => {
  let postgres: Awaited<ReturnType<typeof privatePostgres>>
  let nodes: [ServerProcess, ServerProcess]

  beforeAll(async () => {
    postgres = await privatePostgres()
    const first = await ServerProcess.start({ databaseUrl: await postgres.database('nodes') })
    nodes = [first, await ServerProcess.beside(first)]
  })
  afterAll(async () => {
    for (const node of nodes) await node[Symbol.asyncDispose]()
    await postgres.remove()
  })

  test('let people talk, and know who is there', async () => {
    using visitor = visitorOf(nodes[0], 'alone')
    using ana = agentOf(nodes[1], 'ana')
    const { id } = await visitor.client.start()
    await ana.client.conversations.claim(id)
    const [theirs, hers] = [visitor.live.conversation(id), ana.live.conversation(id)]
    await Promise.all([theirs.ready, hers.ready])
    const heard = [told(visitor.live), told(ana.live)]
    await Promise.all([write(theirs, 'visitor', 30), write(hers, 'agent', 30)])
    await until('both have all', () => [theirs, hers].every(({ lastSequence }) => lastSequence === 60))
    await until('the server has told both of all', () => heard.every((numbers) => numbers.length >= 60))
    expect(heard).toEqual([upTo(60), upTo(60)])
    expect(await ana.client.conversations.one(id)).toMatchObject({ online: true })
    visitor.live.close()
    const offline = async () => !(await ana.client.conversations.one(id)).online
    await until('the visitor is seen to be gone', offline, { deadline: 10_000 })
  })

  test('tell, whichever is asked, to how many connections each of them handed a message', async () => {
    using visitor = visitorOf(nodes[0], 'traced')
    using ana = agentOf(nodes[1], 'ana')
    const { id } = await visitor.client.start()
    await ana.client.conversations.claim(id)
    const [theirs, hers] = [visitor.live.conversation(id), ana.live.conversation(id)]
    await Promise.all([theirs.ready, hers.ready])
    theirs.send({ body: 'Which way did this go?' })
    await until('it has come', () => hers.messages.length === 1 && theirs.pending.length === 0)
    const messageId = hers.messages[0]?.id ?? ''
    const told = async () => {
      const { steps } = await ana.client.trace(messageId)
      return steps.flatMap(({ fan_out }) => (fan_out?.outcome === 'told' ? [fan_out] : []))
    }
    const fanOuts = await until('both have answered', async () => {
      const both = await told()
      return both.length === 2 ? both : undefined
    })
    const counts = new Map(fanOuts.map(({ node, connections }) => [node.split(':').at(-1), connections]))
    expect(counts).toEqual(new Map(nodes.map(({ port }) => [String(port), 1])))
  })

  test('name the visitors of all of them, whichever is asked', async () => {
    using visitor = visitorOf(nodes[0], 'listed')
    using ana = agentOf(nodes[1], 'ana')
    await visitor.client.start()
    await until('the other node names the visitor', async () =>
      (await ana.client.sessions()).some(({ device_id }) => device_id === 'listed'),
    )
  })

  test('take no work while Postgres is away, and go on by themselves when it is back', async () => {
    using visitor = visitorOf(nodes[0], 'restart')
    using ana = agentOf(nodes[1], 'ana')
    const { id } = await visitor.client.start()
    await ana.client.conversations.claim(id)
    const [theirs, hers] = [visitor.live.conversation(id), ana.live.conversation(id)]
    await Promise.all([theirs.ready, hers.ready])
    const announcements = [theirs, hers].map(announced)
    const states = () => Promise.all(nodes.map(async ({ url }) => (await fetch(`${url}/ready`)).status))
    await postgres.stop()
    const writing = Promise.all([write(theirs, 'visitor', 10), write(hers, 'agent', 10)])
    await until('no node is ready', async () => (await states()).every((state) => state === 503), {
      deadline: 15_000,
    })
    await postgres.start()
    await writing
    await until('both have all', () => [theirs, hers].every(({ lastSequence }) => lastSequence === 20), {
      deadline: 30_000,
    })
    expect(announcements).toEqual([upTo(20), upTo(20)])
    await until('every node is ready', async () => (await states()).every((state) => state === 200))
  })
})
