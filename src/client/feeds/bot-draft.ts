import type { ClientPushes } from '../types/wire.js'

type Delta = ClientPushes['message:delta']

/** A bot's reply while it is written. Parts may come late: each carries the whole text and its number. */
export class BotDraft {
  readonly #changed: (text: string | null) => void
  #turn: string | null = null
  #index = -1
  #ended: string | null = null
  #text: string | null = null

  constructor(changed: (text: string | null) => void) {
    this.#changed = changed
  }

  get text(): string | null {
    return this.#text
  }

  take({ turn_id: turn, index, text, done }: Delta): void {
    if (turn === this.#ended || (turn === this.#turn && index < this.#index)) return
    if (done) {
      this.#ended = turn
      this.clear()
      return
    }
    this.#turn = turn
    this.#index = index
    this.#show(text)
  }

  /** The message came, or the connection is cut and what follows would be missed. */
  clear(): void {
    this.#turn = null
    this.#index = -1
    this.#show(null)
  }

  #show(text: string | null): void {
    if (text === this.#text) return
    this.#text = text
    this.#changed(text)
  }
}
