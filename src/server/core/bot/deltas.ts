import type { CoreContext } from '../context.js'
import type { ConversationRef } from '../events.js'

/** Ten times a second looks like writing; each carries the text so far. */
const everyMs = 100

/** Shows a reply while it is written. */
export class Deltas {
  readonly #context: CoreContext
  readonly #thread: ConversationRef
  readonly #turnId: string
  #index = 0
  #text = ''
  #cancel: (() => void) | null = null

  constructor(context: CoreContext, thread: ConversationRef, turnId: string) {
    this.#context = context
    this.#thread = thread
    this.#turnId = turnId
  }

  show(text: string): void {
    this.#text = text
    if (this.#cancel !== null) return
    this.#publish(false)
    this.#cancel = this.#context.clock.after(everyMs, () => {
      this.#cancel = null
      if (this.#text !== text) this.show(this.#text)
    })
  }

  /** Nothing more comes. A reply of which nothing was shown needs no end. */
  end(): void {
    this.#cancel?.()
    this.#cancel = null
    if (this.#index > 0) this.#publish(true)
  }

  #publish(done: boolean): void {
    this.#context.bus.publish({
      type: 'message.delta',
      conversation: this.#thread,
      turnId: this.#turnId,
      index: this.#index++,
      text: this.#text,
      done,
    })
  }
}
