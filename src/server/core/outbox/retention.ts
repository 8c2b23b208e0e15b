import type { CoreContext } from '../context.js'

// Small enough that nobody who writes has to wait.
const atOnce = 500
const mostRounds = 40

/** Deletes deliveries that ended long ago, and events that nothing needs any more; gives how many. */
export async function pruneOutbox({ store, clock, outbox }: CoreContext): Promise<number> {
  const before = clock.now() - outbox.retentionMs
  const deliveries = await inBatches(() =>
    store.transaction((transaction) => transaction.deliveries.prune(before, atOnce)),
  )
  const events = await inBatches(() =>
    store.transaction((transaction) => transaction.outboxEvents.prune(before, atOnce)),
  )
  return deliveries + events
}

async function inBatches(prune: () => Promise<number>): Promise<number> {
  let total = 0
  for (let round = 0; round < mostRounds; round++) {
    const pruned = await prune()
    total += pruned
    if (pruned < atOnce) break
  }
  return total
}
