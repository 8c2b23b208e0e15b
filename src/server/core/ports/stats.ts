export interface StatsQueries {
  /** Means over conversations closed since, in milliseconds and points; null where there are none. */
  averages(
    appKey: number,
    since: number,
  ): Promise<{
    waitedMs: number | null
    firstReplyMs: number | null
    durationMs: number | null
    rating: number | null
  }>
}
