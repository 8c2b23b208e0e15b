/** Which changes of a conversation were seen: everything up to `complete`, and some beyond a hole. */
export class Revisions {
  #complete = 0
  readonly #beyond = new Set<number>()

  /** The last revision before the first hole. */
  get complete(): number {
    return this.#complete
  }

  get hasHole(): boolean {
    return this.#beyond.size > 0
  }

  saw(revision: number): void {
    if (revision <= this.#complete) return
    this.#beyond.add(revision)
    while (this.#beyond.delete(this.#complete + 1)) this.#complete += 1
  }

  /** Everything up to here is known, whichever way. */
  completeTo(revision: number): void {
    this.#complete = Math.max(this.#complete, revision)
    for (const seen of [...this.#beyond]) if (seen <= this.#complete) this.#beyond.delete(seen)
    while (this.#beyond.delete(this.#complete + 1)) this.#complete += 1
  }

  /** Begins again, as after a restore, where revisions may be lower than before. */
  reset(): void {
    this.#complete = 0
    this.#beyond.clear()
  }
}
