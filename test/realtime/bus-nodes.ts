import { systemClock } from '../../src/server/adapters/clock.js'
import { unmeasured } from '../../src/server/core/ports/measure.js'
import type { Bus, Gap } from '../../src/server/core/ports.js'
import { Exchange } from '../../src/server/realtime/nodes/exchange.js'
import { createSharedBus } from '../../src/server/realtime/nodes/shared-bus.js'
import { until } from '../helpers/until.js'
import type { SharedServer } from './carriers.js'
import { textOf } from './events.js'

/** A node's side of the bus, and all that came there. */
export interface BusNode extends AsyncDisposable {
  bus: Bus
  exchange: Exchange
  heard: string[]
  gaps: Gap[]
  /** What its carrier brought, before anything is made of it. */
  received: string[]
}

const failed = (error: unknown, doing: string) => {
  throw new Error(`failed: ${doing}`, { cause: error })
}

/** The app of `numbered` and `created`. */
export const shop = 1
/** So that a shard is let go of while a test waits. */
const lingerMs = 30

/** A node that follows these apps from the start. */
export async function openNode(
  server: SharedServer,
  name: string,
  follows: readonly number[] = [shop],
  clock = systemClock,
): Promise<BusNode> {
  const received: string[] = []
  const carrier = server.carrier(name)
  const exchange = await Exchange.open(
    (listener) =>
      carrier({
        ...listener,
        received(text) {
          received.push(text)
          listener.received(text)
        },
      }),
    clock,
    failed,
  )
  // As if they were too many: these nodes share no store.
  const readMissing = async () => null
  const options = { clock: systemClock, measure: unmeasured, readMissing, report: failed, lingerMs }
  const bus = createSharedBus(exchange, options)
  for (const app of follows) await bus.follow(app)
  const node: BusNode = {
    bus,
    exchange,
    heard: [],
    gaps: [],
    received,
    [Symbol.asyncDispose]: () => exchange[Symbol.asyncDispose](),
  }
  bus.subscribe((event) => node.heard.push(textOf(event)))
  bus.onGap((gap) => node.gaps.push(gap))
  return node
}

/** Two nodes that know each other, both with connections of the shop. */
export async function openPair(server: SharedServer, name: string): Promise<[BusNode, BusNode]> {
  const one = await openNode(server, name)
  const other = await openNode(server, name)
  await knowEachOther(one, other)
  return [one, other]
}

export const knowEachOther = (one: BusNode, other: BusNode): Promise<unknown> =>
  until('they know each other', () => one.exchange.others.length + other.exchange.others.length === 2)

export const texts = (count: number, from = 'text'): string[] =>
  Array.from({ length: count }, (_, index) => `${from} ${index}`)
