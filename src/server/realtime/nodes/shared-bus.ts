import type { DomainEvent, MessageEvent } from '../../core/events.js'
import type { Measure } from '../../core/ports/measure.js'
import type { Bus, Clock, Gap } from '../../core/ports.js'
import type { Exchange } from './exchange.js'
import { HeardApps } from './heard-apps.js'
import { MessageOrder } from './message-order.js'
import { SessionWatch } from './session-watch.js'
import { commonShard, type Shard, shardOf, shardOfApp } from './shards.js'
import type { ReadMissing } from './stored-messages.js'

interface Options {
  readonly clock: Clock
  readonly measure: Measure
  readonly readMissing: ReadMissing
  /** How long a shard is heard after its last user has gone. */
  readonly lingerMs?: number
  report(error: unknown, doing: string): void
}

/** Every node works these out for itself from what it hears. */
const stayHere: ReadonlySet<DomainEvent['type']> = new Set(['queue.position'])

/** Gaps of so long become one: a connection that catches up catches up with all of them. */
const gapsTogetherMs = 200

/**
 * The bus of several nodes. Listeners here are called at once, whatever becomes of the way to the others, except for a
 * message that has to wait for one of another node (message-order.ts).
 */
export function createSharedBus(
  exchange: Exchange,
  { clock, measure, readMissing, lingerMs, report }: Options,
): Bus {
  const listeners = new Set<(event: DomainEvent) => void>()
  const gapListeners = new Set<(gap: Gap) => void>()
  const deliver = (event: DomainEvent) => callAll(listeners, event, `passing on ${event.type}`, report)
  const tellGap = (gap: Gap) => callAll(gapListeners, gap, 'telling of a gap', report)
  const gapsComing = new Set<Shard>()
  const gapsOf = new Set<number>()
  const gapOf = (event: MessageEvent, shard: Shard) => {
    const { conversationKey } = event.conversation
    if (gapsOf.has(conversationKey)) return
    gapsOf.add(conversationKey)
    clock.after(gapsTogetherMs, () => {
      gapsOf.delete(conversationKey)
      if (!gapsComing.has(shard)) tellGap({ of: 'conversation', event })
    })
  }
  const sessions = new SessionWatch({ exchange, clock, deliver })
  const heard = new HeardApps({
    exchange,
    clock,
    ...(lingerMs === undefined ? {} : { lingerMs }),
    begins: (shard) => tellGap(gapIn(shard)),
    begun: (shard) => sessions.ask(shard),
    ended: (shard) => sessions.forget(shard),
    order: (shard) =>
      new MessageOrder({
        clock,
        patient: () => exchange.connected && exchange.others.length > 0,
        missingSince: () => exchange.missingSince,
        readMissing,
        report,
        deliver,
        gap: (event) => gapOf(event, shard),
      }),
  })
  const take = (event: DomainEvent, shard: Shard) => {
    const order = heard.order(shard)
    if (order === undefined) deliver(event)
    else order.take(event)
  }
  exchange.on('event', (body, node, sentAt, shard) => {
    const event = body as DomainEvent
    sessions.heard(node, shard, event)
    take(event, shard)
    measure({ name: 'bus', lagSeconds: Math.max(0, clock.now() - sentAt) / 1_000 })
  })
  exchange.onMissed((_node, shard) => {
    if (gapsComing.has(shard)) return
    gapsComing.add(shard)
    clock.after(gapsTogetherMs, () => {
      gapsComing.delete(shard)
      tellGap(gapIn(shard))
      for (const missed of shard === commonShard ? heard : [shard]) sessions.ask(missed)
    })
  })

  return {
    publish(event) {
      const shard = shardOf(event)
      sessions.heard(exchange.node, shard, event)
      take(event, shard)
      if (!stayHere.has(event.type)) exchange.send('event', event, shard)
    },
    follow: (appKey) => heard.follow(appKey),
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onGap(listener) {
      gapListeners.add(listener)
      return () => gapListeners.delete(listener)
    },
  }
}

/** The common shard is about everybody: who is online, whose access has ended. */
const gapIn = (shard: Shard): Gap =>
  shard === commonShard
    ? { of: 'everything' }
    : { of: 'apps', includes: (appKey) => shardOfApp(appKey) === shard }

function callAll<Value>(
  called: ReadonlySet<(value: Value) => void>,
  value: Value,
  doing: string,
  report: (error: unknown, doing: string) => void,
): void {
  for (const listener of called) {
    try {
      listener(value)
    } catch (error) {
      report(error, doing)
    }
  }
}
