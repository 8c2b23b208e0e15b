import Table from 'cli-table3'
import { median } from '../statistics.js'
import { limitedWait, loseNodes, primariesFor } from './failure.js'
import { type Flow, flowOf, type NodeLoad, type Scene } from './flow.js'
import type { Inputs } from './inputs.js'
import { type Aftermath, longestSeconds } from './storm.js'

/** What follows when everybody of lost nodes comes back at once: as they come, or a limited number at a time. */
interface Return {
  readonly asTheyCome: Aftermath
  readonly limited: Aftermath
}

/** One placement with what came out for it. */
interface Outcome {
  readonly name: string
  readonly flow: Flow
  /** Null where a node would have more to do than it can: nobody would come back. */
  readonly one: Return | null
  readonly tenth: Return | null
}

const secondsOfADay = 86_400

type Row = readonly [name: string, of: (outcome: Outcome) => string]

const share = (value: number) => `${(value * 100).toFixed(value < 0.0995 ? 1 : 0)} %`
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 9.5e6 ? 1 : 0)} MB/s`
const gigabytes = (bytes: number) => `${(bytes / 1e9).toFixed(1)} GB`
const whole = (value: number) => Math.round(value).toLocaleString('en')

/** The median node and the worst. */
const nodes =
  (figure: (node: NodeLoad) => number, print: (value: number) => string) =>
  ({ flow }: Outcome) => {
    const figures = flow.nodes.map(figure)
    return `${print(median(figures))} / ${print(Math.max(...figures))}`
  }

const after =
  (which: 'one' | 'tenth', print: (back: Return) => string) =>
  (outcome: Outcome): string => {
    const back = outcome[which]
    return back === null ? '–' : print(back)
  }

const seconds = ({ most, all }: Aftermath) =>
  Number.isFinite(all) ? `${most.toFixed(1)} s / ${all.toFixed(1)} s` : `not within ${longestSeconds} s`
const peaks = ({ peakAttempts, peakAdmissions }: Aftermath) =>
  `${whole(peakAttempts)} / ${whole(peakAdmissions)}`

const rows: readonly Row[] = [
  ['connections of a node, median / worst', nodes(({ connections }) => connections, whole)],
  ['memory for them', nodes(({ bytes }) => bytes, gigabytes)],
  ['event loop: own messages', nodes(({ messages }) => messages, share)],
  ['… events of others', nodes(({ heard }) => heard, share)],
  ['… fan-out', nodes(({ fanOut }) => fanOut, share)],
  ['… pings', nodes(({ pings }) => pings, share)],
  ['… all', nodes(({ all }) => all, share)],
  ['Redis in', ({ flow }) => megabytes(flow.redis.bytesIn)],
  ['Redis out', ({ flow }) => megabytes(flow.redis.bytesOut)],
  ['… of it the busiest shard', ({ flow }) => megabytes(flow.busiestShard)],
  ['cores of Redis', ({ flow }) => flow.redis.cores.toFixed(1)],
  ['cores of Postgres; primaries', ({ flow }) => `${flow.postgres.cores.toFixed(1)}; ${primariesFor(flow)}`],
  ['log of Postgres', ({ flow }) => megabytes(flow.postgres.log)],
  ['what stays, in a day', ({ flow }) => gigabytes(flow.postgres.stored * secondsOfADay)],
  ['1 node lost: 99 % back / all', after('one', ({ asTheyCome }) => seconds(asTheyCome))],
  ['… with a limit on admissions', after('one', ({ limited }) => seconds(limited))],
  ['10 % lost: 99 % back / all', after('tenth', ({ asTheyCome }) => seconds(asTheyCome))],
  ['… with a limit on admissions', after('tenth', ({ limited }) => seconds(limited))],
  ['… attempts / admissions a second at most', after('tenth', ({ limited }) => peaks(limited))],
]

/** What the plan rests on. */
export function renderInputs(inputs: Inputs): string {
  const table = new Table({ head: ['', 'figure', '', 'from'], style: { head: [], border: [] } })
  for (const [name, { value, unit, origin, why }] of Object.entries(inputs))
    table.push([name, `${inUnit(value, unit)}`, origin, why])
  return table.toString()
}

const inUnit = (value: number, unit: string): string =>
  unit === 's of CPU' ? `${whole(value * 1e6)} µs of CPU` : `${Number(value.toPrecision(3))} ${unit}`

/** The table of one size: a column for each placement. */
export function renderPlan(scenes: readonly Scene[]): string {
  const outcomes = scenes.map(outcomeOf)
  const table = new Table({
    head: ['', ...outcomes.map(({ name }) => name)],
    style: { head: [], border: [] },
  })
  for (const [name, of] of rows) table.push([name, ...outcomes.map(of)])
  return table.toString()
}

function outcomeOf(scene: Scene): Outcome {
  const flow = flowOf(scene)
  const bearable = flow.nodes.every(({ all }) => all < 1)
  const lose = (lost: number) => (bearable ? returnAfter(scene, flow, lost) : null)
  return {
    name: scene.name,
    flow,
    one: lose(1),
    tenth: lose(Math.max(1, Math.round(scene.nodes / 10))),
  }
}

const returnAfter = (scene: Scene, flow: Flow, lost: number): Return => ({
  asTheyCome: loseNodes(scene, flow, lost, Number.POSITIVE_INFINITY),
  limited: loseNodes(scene, flow, lost, limitedWait),
})
