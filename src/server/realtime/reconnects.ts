import type { Clock } from '../core/ports.js'
import type { Connection } from '../protocols/connection.js'

/** A hundred in a second: those who write meanwhile go on, and thousands are through in less than a minute. */
const roundMs = 100
const atOnce = 10
/** Nodes that were away tell of what was missed within 10 s: who has just come again for it need not come again for each. */
const quietMs = 15_000

type Cuttable = Pick<Connection, 'credential' | 'alive' | 'underWay' | 'cut'>

/**
 * Lets connections come again whose protocol has no other word for "catch up". A few at a time, none while it is being
 * answered, and nobody twice for gaps that are told one after the other.
 */
export class Reconnects {
  readonly #clock: Clock
  /** With the time before which it is left alone. */
  readonly #waiting = new Map<Cuttable, number>()
  /** When somebody was cut, by credential; the oldest first. */
  readonly #cutAt = new Map<string | number, number>()
  #going = false

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add(connection: Cuttable): void {
    if (this.#waiting.has(connection)) return
    const cutAt = this.#cutAt.get(connection.credential)
    this.#waiting.set(connection, cutAt === undefined ? 0 : cutAt + quietMs)
    if (!this.#going) this.#goOn()
  }

  #goOn(): void {
    this.#going = this.#waiting.size > 0 || this.#cutAt.size > 0
    if (!this.#going) return
    this.#clock.after(roundMs, () => {
      const now = this.#clock.now()
      this.#forget(now)
      this.#cutSome(now)
      this.#goOn()
    })
  }

  #cutSome(now: number): void {
    let left = atOnce
    for (const [connection, notBefore] of this.#waiting) {
      if (connection.alive && (now < notBefore || connection.underWay > 0)) continue
      this.#waiting.delete(connection)
      if (!connection.alive) continue
      this.#cutAt.delete(connection.credential)
      this.#cutAt.set(connection.credential, now)
      connection.cut()
      left -= 1
      if (left === 0) return
    }
  }

  #forget(now: number): void {
    for (const [credential, at] of this.#cutAt) {
      if (now - at < quietMs) return
      this.#cutAt.delete(credential)
    }
  }
}
