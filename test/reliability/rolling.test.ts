import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { storedIn } from '../../bench/faults/writer.js'
import { agentOf, visitorOf } from '../client/helpers/people.js'
import { postgresUrl } from '../helpers/databases.js'
import { describeWith } from '../helpers/facilities.js'
import { shop } from '../helpers/seed.js'
import { ServerProcess } from '../helpers/server-process.js'
import { until } from '../helpers/until.js'
import { Balancer } from '../realtime/balancer.js'

const visitorCount = 6
const mostWaiting = 20

/** A chat of a visitor with Ana, each behind the balancer, who write one line after the other until told to stop. */
async function chat(balancer: Balancer, index: number, ana: ReturnType<typeof agentOf>) {
  const visitor = visitorOf(balancer, `device-${index}`)
  const { id } = await visitor.client.start()
  await ana.client.conversations.claim(id)
  const [theirs, hers] = [visitor.live.conversation(id), ana.live.conversation(id)]
  await Promise.all([theirs.ready, hers.ready])
  const announced: number[] = []
  theirs.subscribe((change) => {
    if (change.type === 'message' && change.fresh && change.message.sequence !== null)
      announced.push(change.message.sequence)
  })
  const refused: string[] = []
  for (const { outbox } of [visitor.live, ana.live])
    outbox.subscribe((change) => {
      if (change.type === 'pending' && change.message.state === 'failed')
        refused.push(change.message.error?.message ?? 'refused')
    })
  const written: string[] = []
  const writeUntil = async (stop: AbortSignal) => {
    for (let line = 0; !stop.aborted; line++) {
      const [feed, name] = line % 3 === 2 ? [hers, 'ana'] : [theirs, 'visitor']
      const body = `${name} ${index} ${line}`
      feed.send({ body })
      written.push(body)
      // As fast as a busy machine carries it, and no faster: what waits is bounded.
      await until('some are acknowledged', () => feed.pending.length < mostWaiting, { deadline: 20_000 })
      await delay(15)
    }
  }
  const settled = () => [theirs, hers].every(({ lastSequence }) => lastSequence === written.length)
  return { id, visitor, theirs, hers, announced, refused, written, writeUntil, settled }
}

describeWith('postgres', 'Three nodes that are restarted one after another', () => {
  let nodes: [ServerProcess, ServerProcess, ServerProcess]

  beforeAll(async () => {
    const first = await ServerProcess.start({ databaseUrl: await postgresUrl() })
    nodes = [first, await ServerProcess.beside(first), await ServerProcess.beside(first)]
  })
  afterAll(async () => {
    for (const node of nodes) await node[Symbol.asyncDispose]()
  })

  test('keep every message once and in order, and nobody has to do anything', async () => {
    using balancer = await Balancer.before(nodes)
    using ana = agentOf(balancer, 'ana')
    const chats = await Promise.all(
      Array.from({ length: visitorCount }, (_, index) => chat(balancer, index, ana)),
    )
    const changes: boolean[] = []
    ana.live.on('presence:change', ({ online }) => changes.push(online))
    const stop = new AbortController()
    const writing = Promise.all(chats.map(({ writeUntil }) => writeUntil(stop.signal)))
    const lines = () => chats.reduce((sum, { theirs }) => sum + theirs.lastSequence, 0)

    const codes: (number | null)[] = []
    const seconds: number[] = []
    for (const node of nodes) {
      const before = lines()
      await until('the chats go on', () => lines() > before + 100, { deadline: 30_000 })
      const asked = performance.now()
      codes.push(await node.end('SIGTERM'))
      seconds.push((performance.now() - asked) / 1_000)
      await node.start()
    }
    stop.abort()
    await writing
    await until('everybody has everything', () => chats.every(({ settled }) => settled()), {
      deadline: 30_000,
    })

    expect(codes).toEqual([0, 0, 0])
    expect(Math.max(...seconds)).toBeLessThan(5)
    for (const { id, written, announced, refused, theirs, visitor } of chats) {
      const bodies = (await storedIn(balancer.url, shop, id)).map(({ body }) => body)
      const ofVisitor = (body: string) => body.startsWith('visitor')
      expect(bodies.filter(ofVisitor)).toEqual(written.filter(ofVisitor))
      expect(bodies.filter((body) => !ofVisitor(body))).toEqual(written.filter((body) => !ofVisitor(body)))
      expect(theirs.messages.map(({ body }) => body)).toEqual(bodies)
      expect(announced).toEqual(bodies.map((_, index) => index + 1))
      expect(refused).toEqual([])
      visitor[Symbol.dispose]()
    }
    // Who moves from one node to another was never gone.
    expect(changes).toEqual([])
  }, 120_000)
})
