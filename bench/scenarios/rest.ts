import { compare, inMicroseconds, type Probe } from '../compare.js'
import type { RequestLine } from '../load/commands.js'
import { RequestLoad } from '../load/load-process.js'
import { openConversation, restBody, visitorHeaders } from '../load/targets.js'
import { cpuSeconds } from '../machine/cpu.js'
import { type RunningServer, startOpponent } from '../machine/server.js'
import { app } from '../product/instance.js'
import { startProduct } from '../product/product.js'
import type { Extent, Measurement, Scenario } from '../scenario.js'

const CONNECTIONS = 50

/** CPU seconds of a server for each request, over one round. */
export function cpuPerRequest(load: RequestLoad, server: RunningServer, extent: Extent): Probe {
  return async () => {
    const before = cpuSeconds(server.pid)
    const { requests } = await load.saturate(extent.milliseconds)
    return (cpuSeconds(server.pid) - before) / requests
  }
}

async function visitorLines(port: number): Promise<RequestLine[][]> {
  const devices = Array.from({ length: CONNECTIONS }, (_, index) => `rest-${index}`)
  return Promise.all(
    devices.map(async (device) => {
      const path = `/v1/conversations/${await openConversation({ port, app }, device)}/messages`
      return [{ method: 'POST', path, headers: visitorHeaders(app, device), body: restBody }]
    }),
  )
}

async function run(extent: Extent): Promise<Measurement[]> {
  const [product, express] = [await startProduct(), await startOpponent('express')]
  const [productLoad, expressLoad] = [new RequestLoad(), new RequestLoad()]
  try {
    const connections = await visitorLines(product.port)
    await productLoad.prepare({ port: product.port, connections })
    await expressLoad.prepare({ port: express.port, connections })
    const comparison = await compare(
      extent.rounds,
      cpuPerRequest(productLoad, product, extent),
      cpuPerRequest(expressLoad, express, extent),
    )
    return [{ goal: 'rest', value: comparison.ratio, detail: inMicroseconds(comparison) }]
  } finally {
    await Promise.allSettled([productLoad.stop(), expressLoad.stop()])
    await Promise.allSettled([product.stop(), express.stop()])
  }
}

export const restScenario: Scenario = { name: 'rest', goals: ['rest'], run }
