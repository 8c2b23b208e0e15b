import { setTimeout as pause } from 'node:timers/promises'
import {
  connectAdmin,
  connectVisitor,
  createAdminClient,
  createVisitorClient,
  type Message,
} from '../../src/client/index.js'
import { BadNetwork } from '../../test/client/helpers/bad-network.js'
import { until } from '../../test/helpers/until.js'
import type { AppCredentials } from '../load/targets.js'
import { agent } from '../product/instance.js'
import type { Extent, Fault } from './fault.js'
import { FaultServer } from './server.js'

const lines: Record<Extent, number> = { short: 100, middling: 500, long: 2_500 }
const impatient = {
  backoff: { first: 10, longest: 50 },
  ackTimeout: 150,
  connectTimeout: 1_000,
  pingInterval: 100,
}

/** A network that cuts, delays and swallows, between the server and both sides of a conversation. */
export const badNetwork: Fault = {
  name: 'bad-network',
  async run(extent) {
    await using server = await FaultServer.install()
    await server.start()
    const began = performance.now()
    const heard = await talkOverBadNetwork(server, agent.token, lines[extent])
    const wrong = heard.filter(({ shown, expected }) => JSON.stringify(shown) !== JSON.stringify(expected))
    return {
      figures: {
        messages: 2 * lines[extent],
        cuts: Math.ceil(lines[extent] / cutEvery),
        seconds: Math.round((performance.now() - began) / 1_000),
        'views that are wrong': wrong.length,
      },
      breaches: wrong.map(
        ({ view, shown }) => `${view} sees ${shown.length} messages, not those that were sent`,
      ),
    }
  },
}

/** What somebody sees of what was sent, in that order, and what was sent. */
interface Heard {
  readonly view: string
  readonly shown: readonly (string | number | null)[]
  readonly expected: readonly (string | number | null)[]
}

const cutEvery = 40

/** Lets a visitor and an agent write so many lines each, and gives what each of them sees in the end. */
export async function talkOverBadNetwork(
  { port, app }: { port: number; app: AppCredentials },
  agentToken: string,
  count: number,
): Promise<Heard[]> {
  await using network = await BadNetwork.before(`http://127.0.0.1:${port}`)
  const { url } = network
  const who = { url, appId: app.id, apiKey: app.publishableKey, deviceId: 'bad-network' }
  const visitor = createVisitorClient(who)
  const { id } = await visitor.start()
  using visitorLive = closing(connectVisitor(visitor, impatient))
  using agentLive = closing(connectAdmin(createAdminClient({ url, token: agentToken }), impatient))
  const sides = { user: visitorLive.conversation(id), agent: agentLive.conversation(id) }
  const feeds = [sides.user, sides.agent]
  await Promise.all(feeds.map(({ ready }) => ready))
  for (let line = 0; line < count; line++) {
    for (const side of ['user', 'agent'] as const) sides[side].send({ body: `${side} ${line}` })
    misbehave(network, line)
    await pause(5)
  }
  Object.assign(network, { delay: 0, swallowing: false })
  await allSeen(feeds, 2 * count)
  for (const feed of feeds) while (feed.hasOlder) await feed.loadOlder()
  return feeds.flatMap(({ messages }, index) => heardBy(index === 0 ? 'visitor' : 'agent', messages, count))
}

interface Seen {
  readonly pending: readonly unknown[]
  readonly lastSequence: number
}

/** However long it takes on this machine, as long as it goes on. */
async function allSeen(feeds: readonly Seen[], count: number): Promise<void> {
  const done = () =>
    feeds.every(({ pending, lastSequence }) => pending.length === 0 && lastSequence === count)
  const got = () => feeds.reduce((sum, { lastSequence }) => sum + lastSequence, 0)
  while (!done()) {
    const before = got()
    await until('it goes on', () => done() || got() > before, { deadline: 60_000, every: 50 })
  }
}

function misbehave(network: BadNetwork, line: number): void {
  if (line % cutEvery === 10) network.cut()
  if (line % cutEvery === 20) network.delay = line % (2 * cutEvery) === 20 ? 15 : 0
  network.swallowing = line % 50 > 45
}

function heardBy(view: string, messages: readonly Message[], count: number): Heard[] {
  const sequences = {
    view,
    shown: messages.map(({ sequence }) => sequence),
    expected: Array.from({ length: 2 * count }, (_, index) => index + 1),
  }
  const bodies = (['user', 'agent'] as const).map((side) => ({
    view,
    shown: messages.filter(({ sender }) => sender === side).map(({ body }) => body),
    expected: Array.from({ length: count }, (_, index) => `${side} ${index}`),
  }))
  return [sequences, ...bodies]
}

const closing = <Live extends { close(): void }>(live: Live): Live & Disposable =>
  Object.assign(live, { [Symbol.dispose]: () => live.close() })
