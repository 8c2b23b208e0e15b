import type { CoreContext } from '../context.js'
import type { ActorRef } from '../events.js'
import type { HeldTurn } from './desk.js'

/** Clients let typing end by themselves after 6 s. */
const typingMs = 3_000

/** The signs of life while a reply is made: the lease is renewed, and the bot is seen typing. */
export class Pulse {
  readonly #context: CoreContext
  readonly #held: HeldTurn
  readonly #lost: () => void
  #cancel: () => void

  /** `lost` is called when the turn is not ours any more. */
  constructor(context: CoreContext, held: HeldTurn, lost: () => void) {
    this.#context = context
    this.#held = held
    this.#lost = lost
    this.#publish(true)
    this.#cancel = this.#next()
  }

  end(): void {
    this.#cancel()
    this.#publish(false)
  }

  #next(): () => void {
    const { clock, bot } = this.#context
    return clock.after(Math.min(typingMs, bot.leaseMs / 3), () => {
      this.#cancel = this.#next()
      this.#publish(true)
      this.#renew(clock.now() + bot.leaseMs).catch((error) =>
        this.#context.report(error, 'holding a turn of the bot'),
      )
    })
  }

  async #renew(until: number): Promise<void> {
    const { turn, owner } = this.#held
    const renewed = await this.#context.store.transaction((transaction) =>
      transaction.botTurns.renew(turn.key, { owner, until }),
    )
    if (!renewed) this.#lost()
  }

  #publish(isTyping: boolean): void {
    this.#context.bus.publish({
      type: 'typing',
      conversation: this.#held.thread,
      by: typist,
      isTyping,
      activity: 'text',
    })
  }
}

const typist: ActorRef = { type: 'bot', id: 'bot', key: null, name: 'Assistant' }
