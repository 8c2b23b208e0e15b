import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectVisitor, createVisitorClient } from '../../src/client/index.js'
import { until } from '../../test/helpers/until.js'
import type { Extent, Fault } from './fault.js'
import { settledTally, tallyOf } from './kept.js'
import { mountingForbidden } from './permitted.js'
import { FaultServer } from './server.js'
import { breachesOf, sum, type Tally, tally } from './tally.js'
import { beginWriters, moreAnswers, type Writer } from './writer.js'

const rounds: Record<Extent, number> = { short: 1, middling: 3, long: 20 }
const megabytes = 24
// Tests share their machine: there it says more of the neighbours than of the server.
const secondsToRecover: Record<Extent, number> = { short: 60, middling: 10, long: 10 }

/** No byte can be written any more, and then some can again. */
export const fullDisk: Fault = {
  name: 'full-disk',
  missing: () => (process.getuid?.() === 0 ? null : 'only root may mount a small disk'),
  forbidden: mountingForbidden,
  async run(extent) {
    using disk = new SmallDisk()
    // Not the mount itself, which the server could not remove.
    await using server = await FaultServer.install({ folder: join(disk.folder, 'data') })
    await server.start()
    const writers = await beginWriters(6, server)
    const breaches: string[] = []
    let restarts = 0
    let slowest = 0
    for (let round = 0; round < rounds[extent]; round++) {
      const writing = Promise.all(writers.map((writer) => writer.writeUntilCut()))
      await moreAnswers(writers, 100)
      disk.fill()
      await writing
      breaches.push(...(await whileFull(server, writers)))
      disk.free()
      const began = performance.now()
      restarts += await recovered(server, writers)
      slowest = Math.max(slowest, (performance.now() - began) / 1_000)
    }
    const found = await settledTally(server, writers)
    if (slowest > secondsToRecover[extent]) breaches.push(`writing again only after ${slowest.toFixed(1)} s`)
    return {
      figures: { fillings: rounds[extent], restarts, 'seconds to recover': slowest.toFixed(2), ...found },
      breaches: [...breaches, ...breachesOf(found)],
    }
  },
}

/** Sends are refused as `unavailable`, and what was acknowledged can be read: by staff, and by visitors who come back. */
async function whileFull(server: FaultServer, writers: readonly Writer[]): Promise<string[]> {
  if (server.ended !== null) return [`the server ended: ${server.complaints.slice(-300)}`]
  const unrefused = writers.filter(({ refusal }) => refusal === null).length
  const readable = await tallyOf(server, writers)
  // It knows no device by heart any more, and whoever comes back is to be looked up.
  await server.end('SIGKILL')
  await server.start()
  const seen = await Promise.all(writers.map((writer) => seenByVisitor(server, writer)))
  return [
    ...(unrefused === 0 ? [] : [`${unrefused} senders were not told that it is unavailable`]),
    ...breachesOf(readable).map((breach) => `while it was full: ${breach}`),
    ...breachesOf(sum(seen)).map((breach) => `for visitors while it was full: ${breach}`),
  ]
}

/** What a visitor sees who opens the page again: their open conversation, and all of it over a new connection. */
async function seenByVisitor({ url, app }: FaultServer, { deviceId, acknowledged }: Writer): Promise<Tally> {
  const client = createVisitorClient({ url, appId: app.id, apiKey: app.publishableKey, deviceId })
  const { id } = await client.start()
  const live = connectVisitor(client)
  try {
    const feed = live.conversation(id)
    await feed.ready
    while (feed.hasOlder) await feed.loadOlder()
    const stored = feed.messages.map(({ id, local_id, sequence, body }) => ({
      ...{ id, local_id, body },
      sequence: sequence ?? 0,
    }))
    return tally(stored, acknowledged)
  } finally {
    live.close()
  }
}

/** Until every writer goes on; gives how often the server had to be started again, as its supervisor does. */
async function recovered(server: FaultServer, writers: readonly Writer[]): Promise<number> {
  let restarts = 0
  await until(
    'all writers go on',
    async () => {
      if (server.ended !== null) {
        restarts += 1
        await server.start()
      }
      const settled = await Promise.allSettled(writers.map((writer) => writer.settle()))
      return settled.every(({ status }) => status === 'fulfilled')
    },
    { deadline: 30_000, every: 50 },
  )
  return restarts
}

/** A disk in memory that a file fills to the last byte. */
class SmallDisk implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'replyhq-full-disk-'))
  readonly #ballast = join(this.folder, 'ballast')

  constructor() {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', this.folder])
  }

  fill(): void {
    // The server writes at the same time, so what is free is asked for until nothing is.
    for (let count = 0; this.#freeBytes() > 0 && count < 1_000; count++) {
      try {
        writeFileSync(this.#ballast, Buffer.alloc(this.#freeBytes()), { flag: 'a' })
      } catch {
        // The server was faster: the rest is asked for again.
      }
    }
  }

  free(): void {
    rmSync(this.#ballast)
  }

  [Symbol.dispose](): void {
    execFileSync('umount', ['--lazy', this.folder])
    rmSync(this.folder, { recursive: true, force: true })
  }

  #freeBytes(): number {
    const { bavail, bsize } = statfsSync(this.folder)
    return bavail * bsize
  }
}
