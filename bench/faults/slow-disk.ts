import { findExecutable } from '../../test/setup/executables.js'
import type { Extent, Fault } from './fault.js'
import { settledTally } from './kept.js'
import { tracingForbidden } from './permitted.js'
import { FaultServer } from './server.js'
import { breachesOf } from './tally.js'
import { beginWriters, moreAnswers } from './writer.js'

const delayMs = 50
const messages: Record<Extent, number> = { short: 100, middling: 500, long: 3_000 }

const sluggish = [
  ...['strace', '-D', '-f', '--seccomp-bpf', '-o', '/dev/null', '-e', 'trace=fsync,fdatasync'],
  ...['-e', `inject=fsync,fdatasync:delay_enter=${delayMs * 1_000}`],
]

/** Every sync takes long: acknowledgements are late and right, and none comes before its sync. */
export const slowDisk: Fault = {
  name: 'slow-disk',
  missing: () => (findExecutable(['strace']) === undefined ? 'strace is not installed' : null),
  forbidden: tracingForbidden,
  async run(extent) {
    await using server = await FaultServer.install()
    await server.start(sluggish)
    const writers = await beginWriters(12, { url: server.url, app: server.app, secondsToAnswer: 20 })
    const writing = Promise.all(writers.map((writer) => writer.writeUntilCut()))
    await moreAnswers(writers, messages[extent], 300)
    await server.end('SIGKILL')
    await writing
    await server.start()
    const fastest = Math.min(...writers.map((writer) => writer.fastest))
    const slowest = Math.max(...writers.map((writer) => writer.slowest))
    const found = await settledTally(server, writers)
    const early = fastest < delayMs ? [`an acknowledgement came after ${Math.round(fastest)} ms`] : []
    return {
      figures: {
        'ms of a sync': delayMs,
        'fastest ack in ms': Math.round(fastest),
        'slowest ack in ms': Math.round(slowest),
        ...found,
      },
      breaches: [...breachesOf(found), ...early],
    }
  },
}
