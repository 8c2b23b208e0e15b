/**
 * What hearing costs a node, by the side of one that serves the busy app, as every node heard it before the bus had
 * shards: `node dist/bench/bus/main.js redis|postgres [rounds]`, after `npm run build` and `tsc -p tsconfig.bench.json`.
 */
import { execFileSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { createDatabase, providePostgres } from '../../test/setup/postgres.js'
import { provideRedis } from '../../test/setup/redis.js'
import { BusNode } from './bus-node.js'
import { busyApp, sampleEvent } from './sample-event.js'

const perRound = 10_000
const together = 10
const everyMs = 5

const [carrier = 'redis', rounds = '5'] = process.argv.slice(2)

async function provide(): Promise<{ url: string; stop(): Promise<void> }> {
  if (carrier === 'redis') return provideRedis()
  const server = await providePostgres({ durable: true })
  return { url: await createDatabase(server, 'bus'), stop: () => server.stop() }
}

const server = await provide()
const writer = await BusNode.start(carrier, server.url, busyApp)
const serving = await BusNode.start(carrier, server.url, busyApp)
const elsewhere = await BusNode.start(carrier, server.url, busyApp + 1)
const nodes = [writer, serving, elsewhere]
await delay(1_000)

/** Sends a round, or lets as much time pass; gives microseconds of processor time of each node, and what it heard. */
async function round(times: number): Promise<{ cpu: number; heard: number }[]> {
  const before = await Promise.all(nodes.map((node) => node.state()))
  for (let sent = 0; sent < perRound; sent += together) {
    if (times > 0) writer.ask({ do: 'publish', event: sampleEvent, times: together })
    await delay(everyMs)
  }
  await delay(500)
  const after = await Promise.all(nodes.map((node) => node.state()))
  return after.map(({ cpuMicroseconds, heard }, index) => ({
    cpu: cpuMicroseconds - (before[index]?.cpuMicroseconds ?? 0),
    heard: heard - (before[index]?.heard ?? 0),
  }))
}

const names = ['the one that sends', 'one that serves the app', 'one that does not']
await round(perRound)
for (let count = 0; count < Number(rounds); count++) {
  const idle = await round(0)
  const busy = await round(perRound)
  const line = busy.map(({ cpu, heard }, index) => {
    const each = (cpu - (idle[index]?.cpu ?? 0)) / perRound
    return `${names[index]} ${each.toFixed(2)} µs (${heard} heard)`
  })
  console.log(line.join(', '))
}
console.log(
  `${JSON.stringify(sampleEvent).length} bytes an event; ${execFileSync('uptime').toString().trim()}`,
)
for (const node of nodes) await node.stop()
await server.stop()
