import { median } from './statistics.js'

/** Gives one figure of one side, measured over one round. */
export type Probe = () => Promise<number>

export interface Comparison {
  readonly product: number
  readonly opponent: number
  /** Median of the product's rounds over median of the opponent's. */
  readonly ratio: number
}

/** Measures both sides in turns, after one round each that warms them up and does not count. */
export async function compare(rounds: number, product: Probe, opponent: Probe): Promise<Comparison> {
  const figures: [number, number][] = []
  for (let round = 0; round <= rounds; round += 1) figures.push([await product(), await opponent()])
  const counted = figures.slice(1)
  const medians = {
    product: median(counted.map(([ours]) => ours)),
    opponent: median(counted.map(([, bare]) => bare)),
  }
  return { ...medians, ratio: medians.product / medians.opponent }
}

/** Such as `24.1 µs, bare 19.8 µs`, from seconds. */
export function inMicroseconds({ product, opponent }: Comparison, opponentName = 'bare'): string {
  return `${(product * 1e6).toFixed(1)} µs, ${opponentName} ${(opponent * 1e6).toFixed(1)} µs`
}
