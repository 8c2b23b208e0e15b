import type { DomainEvent } from '../core/events.js'
import type { Bus } from '../core/ports.js'

/**
 * The bus of a single node. Listeners are called at once: the publisher has committed, and a turn of the
 * event loop more would only let another connection's events overtake.
 */
export function createMemoryBus(report: (error: unknown, doing: string) => void): Bus {
  const listeners = new Set<(event: DomainEvent) => void>()
  return {
    publish(event) {
      for (const listener of listeners) {
        try {
          listener(event)
        } catch (error) {
          report(error, `passing on ${event.type}`)
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    follow: async () => () => {},
    onGap: () => () => {},
  }
}
