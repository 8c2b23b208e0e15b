import { compare, inMicroseconds, type Probe } from '../compare.js'
import { SocketLoad } from '../load/load-process.js'
import type { Target } from '../load/targets.js'
import { cpuSeconds } from '../machine/cpu.js'
import { startOpponent } from '../machine/server.js'
import { type Product, startProduct } from '../product/product.js'
import type { Extent, Measurement, Scenario } from '../scenario.js'

interface Crowd {
  readonly visitors: number
  readonly watchers: number
  /** Milliseconds between an agent's receipts; 0 for none. The bare relay has none. */
  readonly receiptsEvery: number
}

const alone = (visitors: number): Crowd => ({ visitors, watchers: 1, receiptsEvery: 0 })

/** Two loaded servers side by side. */
interface Pair {
  readonly product: Product
  readonly productLoad: SocketLoad
  readonly relay: { readonly pid: number }
  readonly relayLoad: SocketLoad
}

/** A scenario in which visitors send messages to the product and to the bare relay. */
function messageScenario(
  name: string,
  goals: readonly string[],
  database: 'sqlite' | 'postgres',
  measure: (extent: Extent, withPair: WithPair) => Promise<Measurement[]>,
): Scenario {
  return { name, goals, run: (extent) => measure(extent, (crowd, work) => onPair(database, crowd, work)) }
}

type WithPair = <T>(crowd: Crowd, work: (pair: Pair) => Promise<T>) => Promise<T>

async function onPair<T>(
  database: 'sqlite' | 'postgres',
  crowd: Crowd,
  work: (pair: Pair) => Promise<T>,
): Promise<T> {
  const [relay, relayLoad, productLoad] = [await startOpponent('relay'), new SocketLoad(), new SocketLoad()]
  const product = await startProduct({ database })
  try {
    await connect(relayLoad, { kind: 'relay', port: relay.port }, { ...crowd, receiptsEvery: 0 })
    await connect(productLoad, product.target, crowd)
    return await work({ product, productLoad, relay, relayLoad })
  } finally {
    await Promise.allSettled([productLoad.stop(), relayLoad.stop()])
    await Promise.allSettled([product.stop(), relay.stop()])
  }
}

function connect(load: SocketLoad, target: Target, crowd: Crowd): Promise<void> {
  return load.connect({ targets: [target], ...crowd, conversations: true })
}

/** CPU seconds of a server for each message that it acknowledged and passed on. */
function cpuPerMessage(load: SocketLoad, cpu: () => number, extent: Extent, watchers: number): Probe {
  return async () => {
    const before = cpu()
    const { messages, received } = await load.saturate(extent.milliseconds)
    if (received !== messages * watchers) {
      throw new Error(`${messages} messages were acknowledged and ${received} reached ${watchers} agents.`)
    }
    return (cpu() - before) / messages
  }
}

/** One visitor's message to a thousand agents: nearly all of it is the cost of reaching them. */
async function fanOut(extent: Extent, withPair: WithPair): Promise<Measurement[]> {
  const recipients = 1_000
  return withPair({ visitors: 1, watchers: recipients, receiptsEvery: 0 }, async (pair) => {
    const perRecipient = (load: SocketLoad, cpu: () => number): Probe => {
      const perMessage = cpuPerMessage(load, cpu, extent, recipients)
      return async () => (await perMessage()) / recipients
    }
    const comparison = await compare(
      extent.rounds,
      perRecipient(pair.productLoad, () => pair.product.cpuSeconds()),
      perRecipient(pair.relayLoad, () => cpuSeconds(pair.relay.pid)),
    )
    return [{ goal: 'fan-out', value: comparison.ratio, detail: inMicroseconds(comparison) }]
  })
}

function sendGoal(goal: string, crowd: Crowd) {
  return async (extent: Extent, withPair: WithPair): Promise<Measurement> =>
    withPair(crowd, async ({ product, productLoad, relay, relayLoad }) => {
      const comparison = await compare(
        extent.rounds,
        cpuPerMessage(productLoad, () => product.cpuSeconds(), extent, crowd.watchers),
        cpuPerMessage(relayLoad, () => cpuSeconds(relay.pid), extent, crowd.watchers),
      )
      return { goal, value: comparison.ratio, detail: inMicroseconds(comparison) }
    })
}

/** Several send goals one after another. */
function inTurn(measures: readonly ReturnType<typeof sendGoal>[]) {
  return async (extent: Extent, withPair: WithPair): Promise<Measurement[]> => {
    const measurements: Measurement[] = []
    for (const measure of measures) measurements.push(await measure(extent, withPair))
    return measurements
  }
}

/** Acknowledgement times at a quarter of what each server can do at most. */
async function latency(extent: Extent, withPair: WithPair): Promise<Measurement[]> {
  return withPair(alone(200), async ({ productLoad, relayLoad }) => {
    const paced = async (load: SocketLoad): Promise<Probe> => {
      const saturated = await load.saturate(extent.milliseconds)
      const perSecond = (saturated.messages / saturated.milliseconds) * 250
      return async () => {
        const { keptUp, latency } = await load.pace(extent.milliseconds, perSecond)
        if (!keptUp) throw new Error(`The server cannot keep up with ${perSecond} messages a second.`)
        return latency.p99
      }
    }
    const comparison = await compare(extent.rounds, await paced(productLoad), await paced(relayLoad))
    const detail = `${comparison.product.toFixed(2)} ms, bare ${comparison.opponent.toFixed(2)} ms`
    return [{ goal: 'ack-p99', value: comparison.ratio, detail }]
  })
}

const sendGoals = [50, 200, 1_000].map((visitors) => sendGoal(`send-${visitors}`, alone(visitors)))
const postgresGoals = [50, 200].map((visitors) => sendGoal(`postgres-${visitors}`, alone(visitors)))

export const messageScenarios: readonly Scenario[] = [
  messageScenario('send', ['send-50', 'send-200', 'send-1000'], 'sqlite', inTurn(sendGoals)),
  messageScenario('latency', ['ack-p99'], 'sqlite', latency),
  messageScenario(
    'agents',
    ['five-agents'],
    'sqlite',
    inTurn([sendGoal('five-agents', { visitors: 200, watchers: 5, receiptsEvery: 0 })]),
  ),
  messageScenario(
    'receipts',
    ['receipts'],
    'sqlite',
    inTurn([sendGoal('receipts', { visitors: 200, watchers: 1, receiptsEvery: 20 })]),
  ),
  messageScenario('fan-out', ['fan-out'], 'sqlite', fanOut),
  messageScenario('postgres', ['postgres-50', 'postgres-200'], 'postgres', inTurn(postgresGoals)),
]
