import type { Unsubscribe } from '../types/ports.js'

/** Who wants to hear of something. */
export class Listeners<Value> {
  readonly #all = new Set<(value: Value) => void>()

  add(listener: (value: Value) => void): Unsubscribe {
    // Wrapped, so that the same function given twice is heard twice and taken back once.
    const own = (value: Value) => listener(value)
    this.#all.add(own)
    return () => this.#all.delete(own)
  }

  tell(value: Value): void {
    for (const listener of [...this.#all]) listener(value)
  }
}
