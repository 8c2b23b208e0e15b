export type SpanFacts = Readonly<Record<string, string | number>>

/** Follows one thing through the server, over commit and bus to the last socket, also on other nodes. */
export interface Tracing {
  /**
   * Runs work as a part of the trace that is under way, or of a new one. `parent` is what `carrier` gave elsewhere. A
   * promise is waited for; what the work throws marks the span.
   */
  span<Result>(name: string, facts: SpanFacts, work: () => Result, parent?: string): Result
  /** Names the span that is under way, for another node: a W3C `traceparent`. Null outside of one. */
  carrier(): string | null
  /** The function, to be called later as a part of the trace of now. */
  bind<Arguments extends unknown[], Result>(
    work: (...given: Arguments) => Result,
  ): (...given: Arguments) => Result
}
