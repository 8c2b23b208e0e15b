import type { AdminLive } from '../../client/index.js'
import type { Cli } from '../cli.js'

/**
 * The queue as NDJSON: a `snapshot` at the beginning and after every cut, `changed` in between (who is added again
 * has moved), and `connection` when it is lost and found.
 */
export function queueLines({ out }: Cli, live: AdminLive): Disposable {
  const feed = live.queue()
  const at = () => new Date().toISOString()
  let begun = false
  const snapshot = () => {
    begun = true
    const queue = feed.items.map(({ details: _, ...entry }, index) => ({ position: index + 1, ...entry }))
    out.jsonLine({ event: 'snapshot', at: at(), size: feed.size, queue })
  }
  let connected = true
  const stops = [
    live.on('queue:changed', (change) => {
      if (begun) out.jsonLine({ event: 'changed', at: at(), ...change })
    }),
    live.onState(({ phase }) => {
      if (!begun || connected === (phase === 'connected') || phase === 'closed') return
      connected = phase === 'connected'
      out.jsonLine({ event: 'connection', at: at(), connected })
      // A cut during it is followed by the next connection, which asks again.
      if (connected) feed.refresh().then(snapshot, () => {})
    }),
  ]
  feed.ready.then(snapshot, () => {})
  return {
    [Symbol.dispose]: () => {
      for (const stop of stops) stop()
    },
  }
}
