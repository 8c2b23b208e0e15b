import { setTimeout as delay } from 'node:timers/promises'
import Table from 'cli-table3'
import { SocketLoad } from '../load/load-process.js'
import { cpuSeconds } from '../machine/cpu.js'
import { type Product, startProduct } from '../product/product.js'
import type { Extent, Scenario } from '../scenario.js'
import { median } from '../statistics.js'

const VISITORS = 300
/** The first times cost a multiple: nothing is compiled yet. */
const WARM_UP_RETURNS = 10
/** Often enough that pings outweigh what a server does besides (by itself it is 25 s), and the longest that can be set. */
const PING_MS = 100
const NO_PING_MS = 600_000
/** Of the client's own pings, in one round. */
const PINGS_EACH = 100

/** Seconds of CPU, of the server and of Postgres where there is one. */
interface Spent {
  readonly server: number
  readonly postgres: number
}

type Row = readonly [name: string, spent: Spent]

/**
 * What is no goal, and what plans for many connections rest on (bench/scale-plan/costs.ts): a visitor who comes back, and
 * a connection that only says that it lives.
 */
export const partsScenario: Scenario = {
  name: 'parts',
  goals: [],
  onlyByName: true,
  async run(extent, tell) {
    const rows: Row[] = [
      ['a visitor back, on SQLite', await admission(extent, 'sqlite')],
      ['a visitor back, on Postgres', await admission(extent, 'postgres')],
      ["Socket.IO's ping", await ping(extent)],
      ["the client's own ping", await clientPing(extent)],
    ]
    tell(render(rows))
    return []
  },
}

/** A visitor who was cut comes back and joins the conversation again; what the cut itself costs is in it. */
async function admission({ rounds }: Extent, database: 'sqlite' | 'postgres'): Promise<Spent> {
  return withVisitors(await startProduct({ database }), true, async (product, load) => {
    for (let round = 0; round < WARM_UP_RETURNS; round += 1) await load.returnAll()
    const spent = await inRounds(rounds, product, async () => {
      await load.returnAll()
    })
    return eachOf(spent, VISITORS)
  })
}

/** What remains of a time with pings when the same time without is taken off. */
async function ping({ rounds, milliseconds }: Extent): Promise<Spent> {
  const resting = () => delay(milliseconds)
  const spentAt = async (pingMs: number) => {
    const environment = { REPLYHQ_SOCKETS_PING_INTERVAL: `${pingMs}ms` }
    return withVisitors(await startProduct({ environment }), false, (product) =>
      inRounds(rounds, product, resting),
    )
  }
  const often = await spentAt(PING_MS)
  const never = await spentAt(NO_PING_MS)
  const pings = (VISITORS * milliseconds) / PING_MS
  return eachOf({ server: often.server - never.server, postgres: 0 }, pings)
}

/** The client asks by itself too, because an intermediary may answer for a server that is gone. */
async function clientPing({ rounds }: Extent): Promise<Spent> {
  return withVisitors(await startProduct(), false, async (product, load) => {
    await load.askAll('ping', '{}', PINGS_EACH)
    const spent = await inRounds(rounds, product, async () => {
      await load.askAll('ping', '{}', PINGS_EACH)
    })
    return eachOf(spent, VISITORS * PINGS_EACH)
  })
}

async function withVisitors(
  product: Product,
  conversations: boolean,
  work: (product: Product, load: SocketLoad) => Promise<Spent>,
): Promise<Spent> {
  const load = new SocketLoad()
  try {
    const crowd = { visitors: VISITORS, watchers: 0, receiptsEvery: 0, conversations }
    await load.connect({ targets: [product.target], ...crowd })
    return await work(product, load)
  } finally {
    await load.stop()
    await product.stop()
  }
}

async function inRounds(rounds: number, product: Product, work: () => Promise<void>): Promise<Spent> {
  const figures: Spent[] = []
  while (figures.length < rounds) figures.push(await spentBy(product, work))
  return {
    server: median(figures.map(({ server }) => server)),
    postgres: median(figures.map(({ postgres }) => postgres)),
  }
}

async function spentBy(product: Product, work: () => Promise<void>): Promise<Spent> {
  const before = spentSoFar(product)
  await work()
  const after = spentSoFar(product)
  return { server: after.server - before.server, postgres: after.postgres - before.postgres }
}

function spentSoFar(product: Product): Spent {
  const server = cpuSeconds(product.pid)
  return { server, postgres: product.cpuSeconds() - server }
}

const eachOf = ({ server, postgres }: Spent, count: number): Spent => ({
  server: server / count,
  postgres: postgres / count,
})

function render(rows: readonly Row[]): string {
  const micro = (seconds: number) => `${(seconds * 1e6).toFixed(1)} µs`
  const table = new Table({ head: ['CPU', 'of the server', 'of Postgres'], style: { head: [], border: [] } })
  for (const [name, spent] of rows) table.push([name, micro(spent.server), micro(spent.postgres)])
  return table.toString()
}
