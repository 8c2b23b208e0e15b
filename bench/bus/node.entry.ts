/** A node of the measurement: its side of the bus, without sockets. Parameters: carrier, its address, the app it serves. */
import { systemClock } from '../../src/server/adapters/clock.js'
import type { DomainEvent } from '../../src/server/core/events.js'
import { Exchange } from '../../src/server/realtime/nodes/exchange.js'
import { overPostgres } from '../../src/server/realtime/nodes/postgres-carrier.js'
import { overRedis } from '../../src/server/realtime/nodes/redis-carrier.js'
import { createSharedBus } from '../../src/server/realtime/nodes/shared-bus.js'
import type { NodeCommand, NodeState } from './commands.js'

const [carrier = '', url = '', served = ''] = process.argv.slice(2)
const report = (error: unknown, doing: string) => process.stderr.write(`failed: ${doing}: ${String(error)}\n`)
const open = carrier === 'redis' ? overRedis({ url, key: 'bench:nodes' }) : overPostgres(url)
const exchange = await Exchange.open(open, systemClock, report)
const lags: number[] = []
const bus = createSharedBus(exchange, {
  clock: systemClock,
  measure: (measurement) => {
    if (measurement.name === 'bus') lags.push(measurement.lagSeconds)
  },
  // There is no store to read from; nothing is missing here.
  readMissing: async () => null,
  report,
})
if (served !== '') await bus.follow(Number(served))

process.on('message', (command: NodeCommand) => {
  if (command.do === 'publish') publish(command.event, command.times)
  else process.send?.(state())
})
process.on('disconnect', () => process.exit())
process.send?.('ready')

function publish(event: DomainEvent, times: number): void {
  for (let count = 0; count < times; count++) bus.publish(event)
}

function state(): NodeState {
  const { user, system } = process.cpuUsage()
  return { cpuMicroseconds: user + system, heard: lags.length, others: exchange.others.length }
}
