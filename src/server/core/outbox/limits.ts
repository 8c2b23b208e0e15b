/** How patiently things are brought to the outside; see the configuration for the defaults. */
export interface OutboxLimits {
  /** What each attempt waits after the one before, the first after the event. */
  scheduleMs: readonly number[]
  /** Requests to one receiver at once. */
  concurrency: number
  /** How long events and deliveries are kept after they ended. */
  retentionMs: number
  /** How long a node that says nothing keeps its webhooks. */
  leaseMs: number
  /** Names this node in leases: one that is alone keeps its name, and what it held, over a restart. */
  holder: string
}
