import type { TypingPerson } from '../types/feeds.js'
import type { ClientClock } from '../types/ports.js'

// The server ends typing 6 s after the last start; its word for it may be lost.
const longest = 8_000

/** Who is typing now. */
export class Typists {
  readonly #clock: ClientClock
  readonly #changed: (typing: readonly TypingPerson[]) => void
  readonly #people = new Map<string, { person: TypingPerson; cancel: () => void }>()

  constructor(clock: ClientClock, changed: (typing: readonly TypingPerson[]) => void) {
    this.#clock = clock
    this.#changed = changed
  }

  get all(): readonly TypingPerson[] {
    return [...this.#people.values()].map(({ person }) => person)
  }

  set(person: TypingPerson, isTyping: boolean): void {
    const key = `${person.side} ${person.id}`
    const known = this.#people.get(key)
    known?.cancel()
    if (isTyping) {
      const cancel = this.#clock.after(longest, () => this.set(person, false))
      this.#people.set(key, { person, cancel })
    } else this.#people.delete(key)
    if ((known !== undefined) !== isTyping) this.#changed(this.all)
  }

  clear(): void {
    if (this.#people.size === 0) return
    for (const { cancel } of this.#people.values()) cancel()
    this.#people.clear()
    this.#changed([])
  }
}
