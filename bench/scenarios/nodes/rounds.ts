import type { SocketResult } from '../../load/commands.js'
import type { Extent } from '../../scenario.js'
import { median } from '../../statistics.js'
import type { Layout } from './layouts.js'
import { each, type Readings, type Spent } from './readings.js'

/** One round of one layout; what was spent is for each message, or each visitor who came back. */
interface Round {
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

/** Measures all layouts in turns, after each was warmed up. */
export async function measureInTurns(
  layouts: readonly Layout[],
  readings: Readings,
  { rounds, milliseconds }: Extent,
): Promise<{ figures: Figures[]; pace: number }> {
  const counted = layouts.map((): Round[] => [])
  for (const { load } of layouts) await load.saturate(milliseconds * WARM_UP_ROUNDS)
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
  const sent = await readings.during(layout, async () => whole(await load.saturate(milliseconds)))
  const paced = whole(await load.pace(milliseconds, pace))
  const returned = await readings.during(layout, () => load.returnAll())
  return {
    perMessage: each(sent.spent, sent.result.messages),
    perSecond: (sent.result.messages / sent.result.milliseconds) * 1_000,
    ...paced.latency,
    perReturn: each(returned.spent, returned.result.visitors),
  }
}

function whole(result: SocketResult): SocketResult {
  if (result.received === result.expected) return result
  throw new Error(`${result.received} of ${result.expected} events reached the agents.`)
}

function mediansOf(rounds: readonly Round[]): Round {
  const of = (figure: (round: Round) => number) => median(rounds.map(figure))
  return {
    perMessage: spentOf((key) => of(({ perMessage }) => perMessage[key])),
    perSecond: of(({ perSecond }) => perSecond),
    p50: of(({ p50 }) => p50),
    p99: of(({ p99 }) => p99),
    perReturn: spentOf((key) => of(({ perReturn }) => perReturn[key])),
  }
}

function spentOf(figure: (key: keyof Spent) => number): Spent {
  return {
    nodes: figure('nodes'),
    postgres: figure('postgres'),
    redis: figure('redis'),
    redisIn: figure('redisIn'),
    redisOut: figure('redisOut'),
    heard: figure('heard'),
  }
}
