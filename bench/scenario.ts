/** How long and how large a run is. */
export interface Extent {
  /** Measured rounds of each side; they take turns, so that what else the machine does hits both. */
  readonly rounds: number
  readonly milliseconds: number
  readonly idleConnections: number
  readonly messages: number
  readonly waiting: number
}

export const FULL: Extent = {
  rounds: 5,
  milliseconds: 2_000,
  idleConnections: 10_000,
  messages: 1_000_000,
  waiting: 100_000,
}

/** Under two minutes in all. */
export const QUICK: Extent = {
  rounds: 3,
  milliseconds: 400,
  idleConnections: 2_000,
  messages: 20_000,
  waiting: 2_000,
}

/** What came out for one goal. */
export interface Measurement {
  /** Id of the goal. */
  readonly goal: string
  /** In the goal's unit. */
  readonly value: number
  /** The absolute figures behind a ratio, for people. */
  readonly detail: string
}

/** A set-up that measures one or several goals. */
export interface Scenario {
  readonly name: string
  /** Ids of the goals that it measures. */
  readonly goals: readonly string[]
  /** It runs only when `--only` names it. */
  readonly onlyByName?: boolean
  /** `tell` takes a table of the scenario's own, which stands below the goals. */
  run(extent: Extent, tell: (text: string) => void): Promise<Measurement[]>
}
