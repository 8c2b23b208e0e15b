/** How a turn ended; `superseded` when something newer made an answer pointless. */
export type BotOutcome = 'answered' | 'transferred' | 'unavailable' | 'superseded'

/** One answer that the bot owes: written with the visitor's message, ended with the reply to it. */
export interface BotTurn {
  key: number
  id: string
  appKey: number
  conversationKey: number
  /** Of the visitor's newest message when the turn was written. */
  sequence: number
  /** How often somebody set out to answer it: more than once after a crash. */
  takes: number
  leaseOwner: string | null
  leasedUntil: number | null
  inputTokens: number
  outputTokens: number
  createdAt: number
  endedAt: number | null
  outcome: BotOutcome | null
}

/** Tokens that a model counted, or an estimate where it did not count. */
export interface Usage {
  inputTokens: number
  outputTokens: number
}
