import { compare, inMicroseconds } from '../compare.js'
import type { RequestLine } from '../load/commands.js'
import { RequestLoad } from '../load/load-process.js'
import { visitorHeaders } from '../load/targets.js'
import { type Filled, fill } from '../product/fill.js'
import { agent, app } from '../product/instance.js'
import { type Product, startProduct } from '../product/product.js'
import type { Extent, Measurement, Scenario } from '../scenario.js'
import { cpuPerRequest } from './rest.js'

const SMALL = 1_000
const CONNECTIONS = 10

interface Holding {
  readonly product: Product
  readonly filled: Filled
  readonly messages: number
}

async function startHolding(messages: number, waiting: number): Promise<Holding> {
  const contents: Filled[] = []
  const product = await startProduct({
    fill: async (data) => {
      contents.push(await fill(data, messages, waiting))
    },
  })
  const [filled] = contents
  if (filled === undefined) throw new Error('The installation was not filled.')
  return { product, filled, messages }
}

/** What is asked again and again, of a large and of a small installation. */
type Question = (holding: Holding) => readonly RequestLine[]

const asVisitor = (deviceId: string, path: string): RequestLine => ({
  method: 'GET',
  path,
  headers: visitorHeaders(app, deviceId),
  body: '',
})

const asAgent = (path: string): RequestLine => ({
  method: 'POST',
  path,
  headers: { Authorization: `Bearer ${agent.token}`, 'X-App-Id': app.id },
  body: '{}',
})

const questions: Readonly<Record<string, Question>> = {
  page: ({ filled: { long }, messages }) => {
    const middle = Math.floor(messages / 2)
    const path = `/v1/conversations/${long.conversationId}/messages?before_sequence=${middle}&limit=50`
    return [asVisitor(long.deviceId, path)]
  },
  // The release puts it back with its old waiting time, so that the queue stays as long as it is.
  claim: ({ filled: { waiting } }) => {
    const path = `/v1/admin/conversations/${waiting.conversationId}`
    return [asAgent(`${path}/claim`), asAgent(`${path}/release`)]
  },
  position: ({ filled: { waiting } }) => [
    asVisitor(waiting.deviceId, `/v1/conversations/${waiting.conversationId}`),
  ],
  unread: ({ filled: { long } }) => [asVisitor(long.deviceId, `/v1/conversations/${long.conversationId}`)],
}

async function measure(extent: Extent, goal: string, large: Holding, small: Holding): Promise<Measurement> {
  const question = questions[goal]
  if (question === undefined) throw new Error(`Nothing is asked for "${goal}".`)
  const [largeLoad, smallLoad] = [new RequestLoad(), new RequestLoad()]
  // One claim at a time: of several at once all but one would be refused.
  const connections = goal === 'claim' ? 1 : CONNECTIONS
  const prepare = (load: RequestLoad, holding: Holding) =>
    load.prepare({
      port: holding.product.port,
      connections: Array.from({ length: connections }, () => question(holding)),
    })
  try {
    await prepare(largeLoad, large)
    await prepare(smallLoad, small)
    const comparison = await compare(
      extent.rounds,
      cpuPerRequest(largeLoad, large.product, extent),
      cpuPerRequest(smallLoad, small.product, extent),
    )
    const detail = `${inMicroseconds(comparison, 'small')}; ${extent.messages} messages, ${extent.waiting} waiting`
    return { goal, value: comparison.ratio, detail }
  } finally {
    await Promise.allSettled([largeLoad.stop(), smallLoad.stop()])
  }
}

async function run(extent: Extent): Promise<Measurement[]> {
  const large = await startHolding(extent.messages, extent.waiting)
  const small = await startHolding(SMALL, SMALL)
  try {
    const measurements: Measurement[] = []
    for (const goal of Object.keys(questions)) measurements.push(await measure(extent, goal, large, small))
    return measurements
  } finally {
    await Promise.allSettled([large.product.stop(), small.product.stop()])
  }
}

export const scaleScenario: Scenario = { name: 'scale', goals: Object.keys(questions), run }
