import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../test/setup/child-process.js'
import { SocketLoad } from '../load/load-process.js'
import type { Target } from '../load/targets.js'
import { residentBytes } from '../machine/cpu.js'
import { Inspector } from '../machine/inspector.js'
import { type RunningServer, startServer } from '../machine/server.js'
import { startProduct } from '../product/product.js'
import type { Extent, Measurement, Scenario } from '../scenario.js'
import { median } from '../statistics.js'

const MEGABYTE = 1_000_000
const PROMISED_CONNECTIONS = 10_000

interface Footprint {
  readonly heapPerConnection: number
  readonly residentPerConnection: number
  /** With PROMISED_CONNECTIONS; reckoned from fewer in a short run. */
  readonly residentInAll: number
}

type Start = (nodeArguments: readonly string[]) => Promise<{ server: RunningServer; target: Target }>

/** What idle visitors cost a server, with the request headers of a browser. */
async function footprint(start: Start, count: number): Promise<Footprint> {
  const inspectorPort = await freePort()
  const { server, target } = await start([`--inspect=127.0.0.1:${inspectorPort}`])
  const inspector = await Inspector.connect(inspectorPort)
  const load = new SocketLoad()
  try {
    const [heapBefore, residentBefore] = [await inspector.heapUsed(), residentBytes(server.pid)]
    const idle = { visitors: count, watchers: 0, receiptsEvery: 0, conversations: false }
    await load.connect({ targets: [target], ...idle })
    const residentPerConnection = (residentBytes(server.pid) - residentBefore) / count
    return {
      heapPerConnection: ((await inspector.heapUsed()) - heapBefore) / count,
      residentPerConnection,
      residentInAll: residentBefore + residentPerConnection * PROMISED_CONNECTIONS,
    }
  } finally {
    inspector.close()
    await load.stop()
    await server.stop()
  }
}

const startRelay: Start = async (nodeArguments) => {
  const entry = fileURLToPath(new URL('../opponents/relay.js', import.meta.url))
  const server = await startServer([...nodeArguments, entry])
  return { server, target: { kind: 'relay', port: server.port } }
}

const startWhole: Start = async (nodeArguments) => {
  const product = await startProduct({ nodeArguments })
  return { server: product, target: product.target }
}

async function idle(extent: Extent): Promise<Measurement[]> {
  const relay = await footprint(startRelay, extent.idleConnections)
  const product = await footprint(startWhole, extent.idleConnections)
  const kilobytes = (bytes: number) => `${(bytes / 1_000).toFixed(1)} kB`
  const each = `${kilobytes(product.residentPerConnection)} resident each, bare ${kilobytes(relay.residentPerConnection)}`
  return [
    {
      goal: 'idle-heap',
      value: product.heapPerConnection / relay.heapPerConnection,
      detail: `${kilobytes(product.heapPerConnection)}, bare ${kilobytes(relay.heapPerConnection)}`,
    },
    {
      goal: 'idle-memory',
      value: product.residentInAll / MEGABYTE,
      detail:
        extent.idleConnections < PROMISED_CONNECTIONS
          ? `reckoned from ${extent.idleConnections}: ${each}`
          : each,
    },
  ]
}

/** A server that nobody uses yet: how soon it is there, and what it takes. */
async function atRest(extent: Extent): Promise<Measurement[]> {
  const seconds: number[] = []
  const megabytes: number[] = []
  for (let round = 0; round < extent.rounds; round += 1) {
    const product = await startProduct()
    await delay(1_500)
    seconds.push(product.secondsToReady)
    megabytes.push(residentBytes(product.pid) / MEGABYTE)
    await product.stop()
  }
  const detail = `median of ${extent.rounds} starts`
  return [
    { goal: 'rest-memory', value: median(megabytes), detail },
    { goal: 'ready', value: median(seconds), detail },
  ]
}

export const memoryScenarios: readonly Scenario[] = [
  { name: 'idle', goals: ['idle-heap', 'idle-memory'], run: idle },
  { name: 'start', goals: ['rest-memory', 'ready'], run: atRest },
]
