import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { until } from '../../../test/helpers/until.js'
import { findExecutable } from '../../../test/setup/executables.js'
import type { Extent, Fault } from '../fault.js'
import { tracingForbidden } from '../permitted.js'
import { FaultServer } from '../server.js'
import { breachesOf, sum, type Tally, tally } from '../tally.js'
import { beginWriters, moreAnswers, type Writer } from '../writer.js'
import { Disk, type Fate } from './disk.js'
import { databaseFiles, openImage, readDatabase, storedBy } from './image.js'
import { type Deed, deedsOf, tracing } from './trace.js'

const extents: Record<Extent, { messages: number; images: number }> = {
  short: { messages: 120, images: 20 },
  middling: { messages: 600, images: 240 },
  long: { messages: 3_000, images: 1_000 },
}

/** The power fails while messages are written: what was not synced by then is lost, in part or whole. */
export const powerLoss: Fault = {
  name: 'power-loss',
  missing: () => (findExecutable(['strace']) === undefined ? 'strace is not installed' : null),
  forbidden: tracingForbidden,
  async run(extent) {
    const { messages, images } = extents[extent]
    const folder = mkdtempSync(join(tmpdir(), 'replyhq-power-loss-'))
    try {
      await using server = await FaultServer.install()
      const before = readDatabase(server.data)
      const traceFile = join(folder, 'trace')
      const writers = await record(server, traceFile, messages)
      const deeds = await relevantDeeds(traceFile)
      const played = await playAll({ deeds, before, writers, images, original: server.data, folder })
      const { acknowledged, ...found } = sum(played.tallies)
      return {
        figures: {
          images: played.tallies.length,
          'with unsynced writes': played.unsynced,
          acknowledged: writers.reduce((count, writer) => count + writer.acknowledged.length, 0),
          ...found,
        },
        breaches: [...breachesOf({ acknowledged, ...found }), ...played.damaged],
      }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

/** Has a server write under a trace until it is killed. */
async function record(server: FaultServer, traceFile: string, messages: number): Promise<Writer[]> {
  await server.start(tracing(traceFile))
  const writers = await beginWriters(6, { url: server.url, app: server.app, secondsToAnswer: 20 })
  const writing = Promise.all(writers.map((writer) => writer.writeUntilCut()))
  await moreAnswers(writers, messages, 300)
  const { pid } = server
  await server.end('SIGKILL')
  await writing
  const ended = new RegExp(`^${pid} +\\+\\+\\+ killed`, 'm')
  await until('the trace is complete', () => ended.test(readFileSync(traceFile).subarray(-8_192).toString()))
  return writers
}

async function relevantDeeds(traceFile: string): Promise<Deed[]> {
  const deeds: Deed[] = []
  for await (const deed of deedsOf(traceFile))
    if (deed.kind === 'told' || databaseFiles.some((name) => name === basename(deed.file))) deeds.push(deed)
  return deeds
}

interface Play {
  readonly deeds: readonly Deed[]
  readonly before: ReadonlyMap<string, Buffer>
  readonly writers: readonly Writer[]
  readonly images: number
  readonly original: string
  readonly folder: string
}

/** Lets the power fail at many moments: every other one right after somebody was told something. */
async function playAll({ deeds, before, writers, images, original, folder }: Play) {
  const disk = new Disk(before)
  const told = new Set<string>()
  const moments = momentsOf(deeds, images)
  const [tallies, damaged]: [Tally[], string[]] = [[], []]
  let unsynced = 0
  for (const [index, deed] of deeds.entries()) {
    disk.apply(deed)
    if (deed.kind === 'told') for (const localId of localIdsIn(deed.text)) told.add(localId)
    for (let again = 0; again < (moments.get(index) ?? 0); again++) {
      if (disk.unsynced > 0) unsynced += 1
      const files = disk.afterPowerLoss(fates[tallies.length % fates.length] ?? dropAll, Math.random)
      const image = { original, folder: join(folder, 'image'), files }
      try {
        tallies.push(await compare(image, writers, told))
      } catch (error) {
        damaged.push(`image ${tallies.length + damaged.length} does not open: ${(error as Error).message}`)
      }
    }
  }
  return { tallies, damaged, unsynced }
}

const dropAll: Fate = () => 'dropped'
const fates: readonly Fate[] = [
  dropAll,
  () => (Math.random() < 0.5 ? 'kept' : 'dropped'),
  () => 'torn',
  () => (['kept', 'dropped', 'torn'] as const)[Math.floor(Math.random() * 3)] ?? 'torn',
]

/** How often the power fails after each deed; never before anybody was told anything. */
function momentsOf(deeds: readonly Deed[], images: number): Map<number, number> {
  const all = [...deeds.keys()]
  const telling = all.filter((index) => localIdsIn(toldText(deeds[index])).length > 0)
  const since = all.slice(telling[0] ?? 0)
  const moments = new Map<number, number>()
  for (let image = 0; image < images; image++) {
    const choice = image % 2 === 0 ? telling : since
    const index = choice[Math.floor(Math.random() * choice.length)] ?? 0
    moments.set(index, (moments.get(index) ?? 0) + 1)
  }
  return moments
}

const toldText = (deed: Deed | undefined) => (deed?.kind === 'told' ? deed.text : '')
const localIdsIn = (text: string) =>
  [...text.matchAll(/"local_id":"(device-\d+ \d+)"/g)].map(([, localId = '']) => localId)

function compare(
  image: { original: string; folder: string; files: ReadonlyMap<string, Buffer> },
  writers: readonly Writer[],
  told: ReadonlySet<string>,
): Promise<Tally> {
  return openImage(image, async (core, operator) => {
    const tallies: Tally[] = []
    for (const { conversationId, acknowledged } of writers) {
      const before = acknowledged.filter(({ localId }) => told.has(localId))
      tallies.push(tally(await storedBy(core, operator, conversationId), before))
    }
    return sum(tallies)
  })
}
