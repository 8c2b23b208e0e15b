import type { CoreContext } from '../core/context.js'
import { priorityName } from '../core/model.js'
import type { Reading } from './metrics.js'

/** What waits in the database, over all apps. */
export function storeReading({ store, clock }: Pick<CoreContext, 'store' | 'clock'>): Reading {
  return async ({ waiting, longestWait, outstanding }) => {
    const now = clock.now()
    let longestMs = 0
    const sizes = new Map([0, 1, 2].map((rank) => [rank, 0]))
    for (const { key } of await store.read.apps.list()) {
      for (const { priority, waiting: size } of await store.read.queue.sizes(key))
        sizes.set(priority, (sizes.get(priority) ?? 0) + size)
      const first = await store.read.queue.longestWaiting(key)
      if (first !== undefined) longestMs = Math.max(longestMs, now - first.requestedAt)
    }
    for (const [rank, size] of sizes) waiting.set({ priority: priorityName(rank as 0 | 1 | 2) }, size)
    longestWait.set(longestMs / 1_000)
    outstanding.reset()
    for (const { state, count } of await store.read.deliveries.outstanding())
      outstanding.set({ state }, count)
  }
}
