import { median } from '../statistics.js'
import type { Extent, Fault } from './fault.js'
import { settledTally } from './kept.js'
import { FaultServer } from './server.js'
import { breachesOf } from './tally.js'
import { beginWriters, moreAnswers } from './writer.js'

const kills: Record<Extent, number> = { short: 2, middling: 20, long: 200 }
const secondsToReady = 2

/** kill -9 anywhere in the stream of messages, and anywhere in the life of one. */
export const kill: Fault = {
  name: 'kill',
  async run(extent) {
    await using server = await FaultServer.install()
    await server.start()
    const writers = await beginWriters(12, server)
    const starts: number[] = []
    for (let count = 0; count < kills[extent]; count++) {
      const writing = Promise.all(writers.map((writer) => writer.writeUntilCut()))
      await moreAnswers(writers, 20 + Math.floor(Math.random() * 150))
      await server.end('SIGKILL')
      await writing
      starts.push(await server.start())
      await Promise.all(writers.map((writer) => writer.settle()))
    }
    const found = await settledTally(server, writers)
    const ready = median(starts)
    const late = extent !== 'short' && ready > secondsToReady ? [`ready after ${ready.toFixed(1)} s`] : []
    return {
      figures: {
        kills: kills[extent],
        ...found,
        'seconds to ready (median)': ready.toFixed(2),
        'at most': Math.max(...starts).toFixed(2),
      },
      breaches: [...breachesOf(found), ...late],
    }
  },
}
