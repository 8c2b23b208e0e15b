import { setTimeout as delay } from 'node:timers/promises'
import { connectVisitors, type Sender } from '../load/crowd.js'
import { SocketIoConnection } from '../load/socket-io-connection.js'
import type { Target } from '../load/targets.js'
import { cpuSeconds } from '../machine/cpu.js'
import type { Extent, Fault } from './fault.js'
import { HealthProbe } from './health-probe.js'
import { FaultServer } from './server.js'

/** `seconds` until all have joined again, `healthMs` for the slowest answer of /health meanwhile. */
const extents: Record<Extent, { clients: number; seconds: number; healthMs: number }> = {
  // Tests share their machine: there these figures say more of the neighbours than of the server.
  short: { clients: 200, seconds: 90, healthMs: 30_000 },
  middling: { clients: 300, seconds: 5, healthMs: 250 },
  long: { clients: 5_000, seconds: 60, healthMs: 250 },
}

/** After this long a client of ours gives an attempt up, and comes again later. */
const patienceMs = 10_000

/** All clients are cut in the same moment, and all come back at once to their conversations. */
export const reconnectStorm: Fault = {
  name: 'reconnect-storm',
  async run(extent) {
    const { clients, seconds: most, healthMs } = extents[extent]
    await using server = await FaultServer.install()
    await server.start()
    const target: Target = { kind: 'product', port: server.port, app: server.app }
    const before = await connectVisitors(target, clients, true)
    using health = await HealthProbe.start(server.url)
    const cpuBefore = cpuSeconds(server.pid)
    for (const { connection } of before) connection.close()
    const began = performance.now()
    const back = await Promise.all(before.map(comeBack))
    const seconds = (performance.now() - began) / 1_000
    const cpu = cpuSeconds(server.pid) - cpuBefore
    const slowest = await health.stop()
    const sessions = await settledDevices(server, clients)
    for (const { connection } of back) connection.close()
    return {
      figures: {
        clients,
        'seconds until all had joined': seconds.toFixed(2),
        'further attempts': back.reduce((sum, { attempts }) => sum + attempts - 1, 0),
        'server ms of CPU a client': ((cpu / clients) * 1_000).toFixed(2),
        'slowest health in ms': Math.round(slowest.kept),
        'over a new connection': Math.round(slowest.fresh),
        'devices that count as present': sessions,
      },
      breaches: [
        ...(seconds > most ? [`all had joined only after ${seconds.toFixed(1)} s`] : []),
        ...(slowest.kept > healthMs ? [`health took ${Math.round(slowest.kept)} ms`] : []),
        ...(sessions === clients ? [] : [`${sessions} of ${clients} count as present`]),
      ],
    }
  },
}

/** As clients do: again after a while, longer each time, half of it left to chance. */
async function comeBack({ visitor }: Sender): Promise<{ connection: SocketIoConnection; attempts: number }> {
  const { conversation_id } = JSON.parse(visitor.message(0)) as { conversation_id: string }
  for (let attempts = 1; ; attempts++) {
    const connection = new SocketIoConnection(visitor.entrance)
    try {
      await inTime(joined(connection, conversation_id))
      return { connection, attempts }
    } catch (error) {
      connection.close()
      if (attempts === 10) throw error
      await delay(Math.min(15_000, 500 * 2 ** attempts) * (0.5 + Math.random() / 2))
    }
  }
}

/** How many count as present once it is as many as there are; the end of a connection before is heard a moment later. */
async function settledDevices(server: FaultServer, clients: number): Promise<number> {
  const end = performance.now() + 10_000
  let devices = await connectedDevices(server)
  while (devices !== clients && performance.now() < end) {
    await delay(50)
    devices = await connectedDevices(server)
  }
  return devices
}

async function joined(connection: SocketIoConnection, conversationId: string): Promise<void> {
  await connection.entered()
  await new Promise<void>((resolve) => {
    connection.onAck = () => resolve()
    connection.emit(0, 'conversation:join', JSON.stringify({ conversation_id: conversationId }))
  })
}

async function inTime(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('The server did not answer in time.')), patienceMs)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

async function connectedDevices({ url, app }: FaultServer): Promise<number> {
  const headers = { authorization: `Bearer ${app.secretKey}`, 'x-app-id': app.id }
  const response = await fetch(`${url}/v1/admin/sessions`, { headers })
  return ((await response.json()) as { sessions: unknown[] }).sessions.length
}
