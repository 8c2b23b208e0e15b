/**
 * A way between nodes: Redis or Postgres. It keeps the order of what one node sends, and may lose or double it: the
 * exchange above numbers what it sends, and finds out.
 */
export interface Carrier extends AsyncDisposable {
  /** Whether what is sent now is likely to arrive, and what others send to be heard. */
  readonly connected: boolean
  /**
   * Resolves when all of them were taken, in their order; rejects when that is not certain. Called again only after it
   * has settled.
   */
  send(texts: readonly string[]): Promise<void>
}

/** What a carrier tells whoever opened it. */
export interface CarrierListener {
  /** What any node sent, this one too. */
  received(text: string): void
  /** The connection is there again after it was lost, or for the first time. */
  connected(): void
  report(error: unknown, doing: string): void
}

/** Opens a carrier; resolves when it hears everything that is sent from now on. */
export type OpenCarrier = (listener: CarrierListener) => Promise<Carrier>
