/** Time and chance as the client uses them; tests bring their own. */
export interface ClientClock {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs `task` once after `milliseconds`; the result takes it back. */
  after(milliseconds: number, task: () => void): () => void
  /** From 0 up to, not including, 1: for the jitter of attempts. */
  random(): number
}

/** The `fetch` of the platform, or one of the caller's. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export type Unsubscribe = () => void
