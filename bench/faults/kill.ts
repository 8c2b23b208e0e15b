import { fill } from '../product/fill.js'
import { median } from '../statistics.js'
import type { Extent, Fault } from './fault.js'
import { settledTally } from './kept.js'
import { FaultServer, type Start } from './server.js'
import { breachesOf } from './tally.js'
import { beginWriters, moreAnswers } from './writer.js'

/** `stored` messages are there before the first kill. */
const extents: Record<Extent, { kills: number; stored: number }> = {
  short: { kills: 2, stored: 1_000 },
  middling: { kills: 20, stored: 100_000 },
  long: { kills: 200, stored: 100_000 },
}
const secondsToReady = 2

/** kill -9 anywhere in the stream of messages, and anywhere in the life of one. */
export const kill: Fault = {
  name: 'kill',
  async run(extent) {
    const { kills, stored } = extents[extent]
    await using server = await FaultServer.install()
    await fill(server.data, stored, 0)
    await server.start()
    const writers = await beginWriters(12, server)
    const starts: Start[] = []
    for (let count = 0; count < kills; count++) {
      const writing = Promise.all(writers.map((writer) => writer.writeUntilCut()))
      await moreAnswers(writers, 20 + Math.floor(Math.random() * 150))
      await server.end('SIGKILL')
      await writing
      starts.push(await server.start())
      await Promise.all(writers.map((writer) => writer.settle()))
    }
    const found = await settledTally(server, writers)
    const late = extent === 'short' ? [] : lateIn(starts)
    return {
      figures: { kills, stored, ...found, ...figuresOf(starts) },
      breaches: [...breachesOf(found), ...late],
    }
  },
}

const secondsOf = (starts: readonly Start[]) => starts.map(({ seconds }) => seconds)
const cpuSecondsOf = (starts: readonly Start[]) => starts.map((start) => start.cpuSeconds)

const figuresOf = (starts: readonly Start[]) => ({
  'seconds to ready (median)': median(secondsOf(starts)).toFixed(2),
  'at least': Math.min(...secondsOf(starts)).toFixed(2),
  'at most': Math.max(...secondsOf(starts)).toFixed(2),
  'processor seconds to ready (median)': median(cpuSecondsOf(starts)).toFixed(2),
})

/** What a start costs, and the one that the machine's other work disturbed least; the others tell of that work. */
function lateIn(starts: readonly Start[]): string[] {
  const cost = median(cpuSecondsOf(starts))
  const quickest = Math.min(...secondsOf(starts))
  return [
    ...(cost > secondsToReady ? [`a start takes ${cost.toFixed(1)} s of processor time`] : []),
    ...(quickest > secondsToReady ? [`never ready before ${quickest.toFixed(1)} s`] : []),
  ]
}
