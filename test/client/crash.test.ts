import { setTimeout as delay } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { AdminSide, FeedChange, VisitorSide } from '../../src/client/index.js'
import { ServerProcess } from '../helpers/server-process.js'
import { until } from '../helpers/until.js'
import { agentOf, visitorOf } from './helpers/people.js'

const lines = 100
const crashes = 2

interface Feed {
  send(draft: { body: string }): unknown
  subscribe(listener: (change: FeedChange<AdminSide> | FeedChange<VisitorSide>) => void): unknown
}

/** Writes line after line, whatever happens to the server. */
async function write(feed: Feed, name: string): Promise<string[]> {
  const bodies: string[] = []
  for (let count = 0; count < lines; count++) {
    bodies.push(`${name} ${count}`)
    feed.send({ body: `${name} ${count}` })
    await delay(10)
  }
  return bodies
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

test('what both sides write while the server is killed and started again arrives once and in order', async () => {
  await using server = await ServerProcess.start()
  using visitor = visitorOf(server, 'crash')
  using ana = agentOf(server, 'ana')
  const { id } = await visitor.client.start()
  await ana.client.conversations.claim(id)
  const [theirs, hers] = [visitor.live.conversation(id), ana.live.conversation(id)]
  const feeds = [theirs, hers]
  await Promise.all(feeds.map((feed) => feed.ready))
  const announcements = feeds.map(announced)

  const written = Promise.all([write(theirs, 'visitor'), write(hers, 'agent')])
  for (let crash = 0; crash < crashes; crash++) {
    // Not so many more than now: what waited may all be stored before the server is known to be back.
    const goal = 20 * (crash + 1)
    await until('more was stored', () => theirs.lastSequence >= goal, { deadline: 30_000 })
    await server.end('SIGKILL')
    await server.start()
  }
  const [visitors, agents] = await written
  await until('all is acknowledged', () => feeds.every(({ pending }) => pending.length === 0), {
    deadline: 30_000,
  })
  await until('all have all', () => feeds.every(({ lastSequence }) => lastSequence === 2 * lines), {
    deadline: 30_000,
  })

  const stored = (await ana.client.conversations.messages(id, { after_sequence: 0, limit: 200 })).messages
  const everything = Array.from({ length: 2 * lines }, (_, index) => index + 1)
  expect(stored.map(({ sequence }) => sequence)).toEqual(everything)
  expect(stored.filter(({ sender }) => sender === 'user').map(({ body }) => body)).toEqual(visitors)
  expect(stored.filter(({ sender }) => sender === 'agent').map(({ body }) => body)).toEqual(agents)
  for (const feed of feeds)
    expect(feed.messages.map(({ id, body }) => [id, body])).toEqual(stored.map(({ id, body }) => [id, body]))
  expect(announcements).toEqual([everything, everything])
}, 120_000)
