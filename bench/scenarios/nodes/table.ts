import Table from 'cli-table3'
import type { Spent } from './readings.js'
import type { Figures } from './rounds.js'

type Row = readonly [name: string, of: (figures: Figures) => string]

const micro = (seconds: number) => `${(seconds * 1e6).toFixed(1)} µs`
const wait = (milliseconds: number) =>
  Number.isFinite(milliseconds) ? `${milliseconds.toFixed(2)} ms` : 'not kept up'
const whole = (spent: Spent) => spent.nodes + spent.postgres + spent.redis

const rowsFor = (pace: number): readonly Row[] => [
  ['at rest, a second: CPU of the nodes', ({ perSecondAtRest }) => micro(perSecondAtRest.nodes)],
  ['a message beyond that: CPU of the nodes', ({ perMessage }) => micro(perMessage.nodes)],
  ['… of Postgres', ({ perMessage }) => micro(perMessage.postgres)],
  ['… of Redis', ({ perMessage }) => micro(perMessage.redis)],
  ['… of all', ({ perMessage }) => micro(whole(perMessage))],
  ['events heard from other nodes', ({ perMessage }) => perMessage.heard.toFixed(2)],
  ['bytes into Redis', ({ perMessage }) => perMessage.redisIn.toFixed(0)],
  ['bytes out of Redis', ({ perMessage }) => perMessage.redisOut.toFixed(0)],
  ['accepted a second, all on one core', ({ perSecond }) => perSecond.toFixed(0)],
  [`ack at ${pace}/s, median`, ({ p50 }) => wait(p50)],
  [`ack at ${pace}/s, 99th percentile`, ({ p99 }) => wait(p99)],
  ['a visitor back: CPU of the nodes', ({ perReturn }) => micro(perReturn.nodes)],
  ['… of Postgres', ({ perReturn }) => micro(perReturn.postgres)],
  ['… of Redis', ({ perReturn }) => micro(perReturn.redis)],
  ['events heard from other nodes', ({ perReturn }) => perReturn.heard.toFixed(2)],
  ['reckoned: a second on a core a node', ({ size, perMessage }) => (size / perMessage.nodes).toFixed(0)],
  ['reckoned: on a core of Postgres', ({ perMessage }) => (1 / perMessage.postgres).toFixed(0)],
  ['reckoned: on a core of Redis', ({ perMessage }) => (1 / perMessage.redis).toFixed(0)],
]

/** What each process of each layout spends, for people; `pace` is the rate of the waiting times. */
export function renderNodes(figures: readonly Figures[], pace: number): string {
  const head = ['', ...figures.map(({ layout }) => layout)]
  const table = new Table({ head, style: { head: [], border: [] } })
  for (const [name, of] of rowsFor(pace)) table.push([name, ...figures.map(of)])
  return table.toString()
}
