/** What one node knows of handing a message to its connections. */
export type Noted =
  /** `connections` includes those of the sender; with 0 nobody here listened. `at` in milliseconds. */
  | { outcome: 'told'; at: number; connections: number }
  /** The message did not come here, because nobody of its app was connected or because it was lost on its way. */
  | { outcome: 'not_heard' }
  /** The node began after the message, or has told too many since. */
  | { outcome: 'forgotten' }

/** A node by its name, with what it knows. */
export type FanOut = { node: string } & (Noted | { outcome: 'no_answer' })

/** The message that is meant; `createdAt` in milliseconds. */
export interface FannedOut {
  readonly key: number
  readonly createdAt: number
}

/** Asks every node that lives whom it told of a message. Only nodes know: nothing is written down of it. */
export interface FanOuts {
  /** This node first. Waits at most half a second for the others; never rejects. */
  of(message: FannedOut): Promise<FanOut[]>
}
