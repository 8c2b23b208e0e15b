/** How long one slice may take, in milliseconds: what others wait for at most, each time. */
const sliceMs = 5

/**
 * Work that comes in floods, such as the parting from thousands of connections that a broken network cut in one
 * moment. It is done in the order in which it came, a slice in each turn of the event loop, so that messages and
 * requests of others go on between.
 */
export class Slices {
  #waiting: (() => void)[] = []
  #next = 0
  readonly #clock: () => number

  /** `clock` gives milliseconds. */
  constructor(clock = () => performance.now()) {
    this.#clock = clock
  }

  /** The work begins in a later turn, also when nothing else waits. */
  add(work: () => void): void {
    this.#waiting.push(work)
    if (this.#waiting.length === 1) setImmediate(() => this.#slice())
  }

  #slice(): void {
    const end = this.#clock() + sliceMs
    try {
      do this.#waiting[this.#next++]?.()
      while (this.#next < this.#waiting.length && this.#clock() < end)
    } finally {
      // Also where a piece of work threw: the others are no worse for it.
      if (this.#next < this.#waiting.length) setImmediate(() => this.#slice())
      else this.#clear()
    }
  }

  #clear(): void {
    this.#waiting = []
    this.#next = 0
  }
}
