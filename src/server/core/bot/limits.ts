/** How much the bots of an instance may do and how long they may take; see the configuration for the defaults. */
export interface BotLimits {
  /** Replies written at once by this server. */
  concurrency: number
  /** Requests to the model before it counts as unavailable. */
  attempts: number
  /** Without a first or a next piece of a reply, a request has failed. */
  firstTokenMs: number
  /** How long a visitor waits at most before something is said. */
  patienceMs: number
  leaseMs: number
  defaultModel: string
}
