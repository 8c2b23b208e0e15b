const MICROSECONDS = 1_000

/** Counts times in buckets of ten microseconds up to a second: cheap enough for every message. */
export class Latencies {
  readonly #buckets = new Uint32Array(100_000)
  #count = 0

  add(milliseconds: number): void {
    const bucket = Math.min(this.#buckets.length - 1, Math.floor((milliseconds * MICROSECONDS) / 10))
    this.#buckets[bucket] = (this.#buckets[bucket] ?? 0) + 1
    this.#count += 1
  }

  /** The time in milliseconds that `share` (0 to 1) of all stay under. */
  quantile(share: number): number {
    let left = this.#count * share
    const bucket = this.#buckets.findIndex((count) => {
      left -= count
      return left <= 0
    })
    return ((bucket + 1) * 10) / MICROSECONDS
  }
}
