import { ReplyHqError } from '../errors.js'
import type { ClientClock } from '../types/ports.js'

interface Pulse {
  ping(): Promise<unknown>
  measured(roundTripMs: number): void
  /** No answer came: the connection is dead, though nobody has said so. */
  dead(): void
}

/** Measures the round trip from time to time. It finds a dead connection long before the transport does. */
export class Heartbeat {
  readonly #clock: ClientClock
  readonly #interval: number
  readonly #pulse: Pulse
  #beat = 0
  #cancel: () => void = () => {}

  constructor(clock: ClientClock, interval: number, pulse: Pulse) {
    this.#clock = clock
    this.#interval = interval
    this.#pulse = pulse
  }

  start(): void {
    this.stop()
    this.#measure(this.#beat)
  }

  stop(): void {
    this.#beat += 1
    this.#cancel()
  }

  #measure(beat: number): void {
    const sentAt = this.#clock.now()
    this.#pulse.ping().then(
      () => this.#answered(beat, sentAt),
      (error: unknown) => this.#failed(beat, sentAt, error),
    )
  }

  /** A refusal is an answer, too. */
  #failed(beat: number, sentAt: number, error: unknown): void {
    if (beat !== this.#beat) return
    if (error instanceof ReplyHqError && error.code !== 'unreachable') this.#answered(beat, sentAt)
    else this.#pulse.dead()
  }

  #answered(beat: number, sentAt: number): void {
    if (beat !== this.#beat) return
    this.#cancel = this.#clock.after(this.#interval, () => this.#measure(beat))
    this.#pulse.measured(this.#clock.now() - sentAt)
  }
}
