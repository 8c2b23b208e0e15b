import type { ClientClock } from '../types/ports.js'

// The server ends typing 6 s after the last start; half of it leaves room for a slow network.
const interval = 3_000

/** Says that one types, not for every key. */
export class TypingSender {
  readonly #clock: ClientClock
  readonly #send: (name: 'typing:start' | 'typing:stop', conversationId: string) => void
  readonly #startedAt = new Map<string, number>()

  constructor(
    clock: ClientClock,
    send: (name: 'typing:start' | 'typing:stop', conversationId: string) => void,
  ) {
    this.#clock = clock
    this.#send = send
  }

  set(conversationId: string, isTyping: boolean): void {
    const now = this.#clock.now()
    const startedAt = this.#startedAt.get(conversationId)
    if (!isTyping) {
      if (this.#startedAt.delete(conversationId)) this.#send('typing:stop', conversationId)
    } else if (startedAt === undefined || now - startedAt >= interval) {
      this.#startedAt.set(conversationId, now)
      this.#send('typing:start', conversationId)
    }
  }
}
