import type { Clock } from './ports.js'

/** What became due meanwhile, and what another node left behind, is looked for. */
const pollMs = 1_000

/**
 * Looks for work every second and whenever somebody says so: one look at a time, and once more for what came up
 * during one. Made stopped.
 */
export class Lookout {
  readonly #clock: Clock
  readonly #look: () => Promise<void>
  readonly #failed: (error: unknown) => void
  #stopped = true
  #looking: Promise<void> | null = null
  #again = false
  #cancel = () => {}

  /** A look that throws is told to `failed`, and others follow. */
  constructor(clock: Clock, look: () => Promise<void>, failed: (error: unknown) => void) {
    this.#clock = clock
    this.#look = look
    this.#failed = failed
  }

  /** The first look begins now. */
  start(): void {
    this.#stopped = false
    this.#poll()
  }

  /** Does nothing while it is stopped. */
  look(): void {
    if (this.#stopped) return
    this.#again = true
    this.#looking ??= this.#lookUntilDone()
  }

  /** Ends after the look that is under way. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#cancel()
    await this.#looking
  }

  #poll(): void {
    this.look()
    this.#cancel = this.#clock.after(pollMs, () => this.#poll())
  }

  async #lookUntilDone(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false
      try {
        await this.#look()
      } catch (error) {
        this.#failed(error)
      }
    }
    // At once, not a turn later: a word that came between would be heard by nobody.
    this.#looking = null
  }
}
