import type { DomainEvent, MessageEvent } from '../../core/events.js'
import type { Measure } from '../../core/ports/measure.js'
import type { Bus, Clock } from '../../core/ports.js'
import type { Exchange } from './exchange.js'
import { MessageOrder } from './message-order.js'

interface Options {
  readonly clock: Clock
  readonly measure: Measure
  report(error: unknown, doing: string): void
}

type GapListener = (about: DomainEvent | null) => void

/** Every node works these out for itself from what it hears. */
const stayHere: ReadonlySet<DomainEvent['type']> = new Set(['queue.position'])

/** Gaps of so long become one: a connection that catches up catches up with all of them. */
const gapsTogetherMs = 200

/**
 * The bus of several nodes. Listeners here are called at once, whatever becomes of the way to the others, except for a
 * message that has to wait for one of another node (message-order.ts).
 */
export function createSharedBus(exchange: Exchange, { clock, measure, report }: Options): Bus {
  const listeners = new Set<(event: DomainEvent) => void>()
  const gapListeners = new Set<GapListener>()
  const tellGap = (about: DomainEvent | null) => callAll(gapListeners, about, 'telling of a gap', report)
  const order = new MessageOrder({
    clock,
    patient: () => exchange.connected && exchange.others.length > 0,
    deliver: (event) => callAll(listeners, event, `passing on ${event.type}`, report),
    gap: (event) => gapOf(event),
  })
  let gapComing = false
  const gapsOf = new Set<number>()
  const gapOf = (event: MessageEvent) => {
    const { conversationKey } = event.conversation
    if (gapsOf.has(conversationKey)) return
    gapsOf.add(conversationKey)
    clock.after(gapsTogetherMs, () => {
      gapsOf.delete(conversationKey)
      if (!gapComing) tellGap(event)
    })
  }
  exchange.on('event', (body, _node, sentAt) => {
    order.take(body as DomainEvent)
    measure({ name: 'bus', lagSeconds: Math.max(0, clock.now() - sentAt) / 1_000 })
  })
  exchange.onMissed(() => {
    if (gapComing) return
    gapComing = true
    clock.after(gapsTogetherMs, () => {
      gapComing = false
      tellGap(null)
    })
  })

  return {
    publish(event) {
      order.take(event)
      if (!stayHere.has(event.type)) exchange.send('event', event)
    },
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

function callAll<Value>(
  listeners: ReadonlySet<(value: Value) => void>,
  value: Value,
  doing: string,
  report: (error: unknown, doing: string) => void,
): void {
  for (const listener of listeners) {
    try {
      listener(value)
    } catch (error) {
      report(error, doing)
    }
  }
}
