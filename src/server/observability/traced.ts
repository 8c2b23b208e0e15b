import type { Tracing } from '../core/ports/tracing.js'
import type { Bus, Store, Transaction } from '../core/ports.js'

/** Shows each transaction as a span, from its request to its commit; hooks go on in the trace that asked for them. */
export const tracedStore = (store: Store, tracing: Tracing): Store => ({
  read: store.read,
  transaction: (work, lane) =>
    tracing.span('transaction', lane === undefined ? {} : { 'replyhq.lane': lane }, () => {
      const bound = tracing.bind((transaction: Transaction) =>
        work({ ...transaction, afterCommit: (hook) => transaction.afterCommit(tracing.bind(hook)) }),
      )
      return store.transaction(bound, lane)
    }),
  indexForSearch: (limit) => store.indexForSearch(limit),
  healthy: () => store.healthy(),
  close: () => store.close(),
})

/** An event carries the trace in which it was published, to this node's sockets and to those of the others. */
export const tracedBus = (bus: Bus, tracing: Tracing): Bus => ({
  ...bus,
  publish(event) {
    const trace = tracing.carrier()
    bus.publish(trace === null ? event : { ...event, trace })
  },
})
