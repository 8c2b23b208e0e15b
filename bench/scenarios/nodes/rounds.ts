import type { SocketResult } from '../../load/commands.js'
import type { Extent } from '../../scenario.js'
import { median } from '../../statistics.js'
import type { Layout } from './layouts.js'
import { difference, each, type Readings, type Spent, spentOf } from './readings.js'

/**
 * One round of one layout; what was spent is for each message, or each visitor who came back, beyond what it spends at
 * rest: that is for each second, and on one core that all share would count for more the more slowly they go.
 */
interface Round {
  readonly perSecondAtRest: Spent
  readonly perMessage: Spent
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
  readonly perReturn: Spent
}

/** The medians of all rounds of one layout. Times in seconds of CPU, `p50` and `p99` in milliseconds. */
export interface Figures extends Round {
  readonly layout: string
  /** How many nodes it has. */
  readonly size: number
}

/** A node that has just begun spends on a message five times what it does after some thousands of them. */
const WARM_UP_ROUNDS = 8
/** The same holds for visitors who come back. */
const WARM_UP_RETURNS = 10

/** Measures all layouts in turns, after each was warmed up. */
export async function measureInTurns(
  layouts: readonly Layout[],
  readings: Readings,
  { rounds, milliseconds }: Extent,
): Promise<{ figures: Figures[]; pace: number }> {
  const counted = layouts.map((): Round[] => [])
  for (const { load } of layouts) await warmUp(load, milliseconds)
  const pace = await quarterOf(layouts[0], milliseconds)
  for (let round = 0; round < rounds; round += 1)
    for (const [index, layout] of layouts.entries())
      counted[index]?.push(await measure(layout, readings, milliseconds, pace))
  const figures = layouts.map(({ name, nodes }, index) => ({
    layout: name,
    size: nodes.length,
    ...mediansOf(counted[index] ?? []),
  }))
  return { figures, pace }
}

async function warmUp(load: Layout['load'], milliseconds: number): Promise<void> {
  await load.saturate(milliseconds * WARM_UP_ROUNDS)
  for (let time = 0; time < WARM_UP_RETURNS; time += 1) await load.returnAll()
}

/** A quarter of what the first layout can do: where nobody waits for a processor, waiting times are comparable. */
async function quarterOf(layout: Layout | undefined, milliseconds: number): Promise<number> {
  const saturated = await layout?.load.saturate(milliseconds)
  return saturated === undefined ? 0 : Math.round((saturated.messages / saturated.milliseconds) * 250)
}

async function measure(
  layout: Layout,
  readings: Readings,
  milliseconds: number,
  pace: number,
): Promise<Round> {
  const { load } = layout
  const perSecondAtRest = await readings.atRest(layout, milliseconds)
  const sent = await readings.during(layout, async () => whole(await load.saturate(milliseconds)))
  const paced = whole(await load.pace(milliseconds, pace))
  const returned = await readings.during(layout, () => load.returnAll())
  const beyond = ({ spent, seconds }: { spent: Spent; seconds: number }) =>
    difference(spent, perSecondAtRest, seconds)
  return {
    perSecondAtRest,
    perMessage: each(beyond(sent), sent.result.messages),
    perSecond: (sent.result.messages / sent.result.milliseconds) * 1_000,
    ...waitsOf(paced),
    perReturn: each(beyond(returned), returned.result.visitors),
  }
}

/** Where the messages came faster than they were answered, people wait ever longer. */
function waitsOf({ keptUp, latency }: SocketResult): { p50: number; p99: number } {
  return keptUp ? latency : { p50: Number.POSITIVE_INFINITY, p99: Number.POSITIVE_INFINITY }
}

function whole(result: SocketResult): SocketResult {
  if (result.received === result.expected) return result
  throw new Error(`${result.received} of ${result.expected} events reached the agents.`)
}

function mediansOf(rounds: readonly Round[]): Round {
  const of = (figure: (round: Round) => number) => median(rounds.map(figure))
  return {
    perSecondAtRest: spentOf((key) => of(({ perSecondAtRest }) => perSecondAtRest[key])),
    perMessage: spentOf((key) => of(({ perMessage }) => perMessage[key])),
    perSecond: of(({ perSecond }) => perSecond),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    perReturn: spentOf((key) => of(({ perReturn }) => perReturn[key])),
  }
}
