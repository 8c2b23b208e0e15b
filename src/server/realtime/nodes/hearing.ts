/** What is sent is heard this soon (1 to 5 ms measured), so for so long nothing is missing that is not missed. */
const promptMs = 200
/** What a node sends comes back to itself too, at least every 5 s. After longer silence the way was away. */
const silenceMs = 7_000
/** Within this time after a silence the other nodes have sent what they kept meanwhile. */
const settleMs = 10_000

/** Knows since when what other nodes said may not have come here. */
export class Hearing {
  #heardAt: number
  #doubt: { since: number; until: number } | null = null

  constructor(now: number) {
    this.#heardAt = now
  }

  /** Something came, from any node. */
  heard(now: number): void {
    if (now - this.#heardAt > silenceMs)
      this.#doubt = { since: this.#doubtedSince(now) ?? this.#heardAt, until: now + settleMs }
    this.#heardAt = now
  }

  /** What was sent after this time may still come; null when everything has come that was sent. Milliseconds. */
  missingSince(now: number): number | null {
    return this.#doubtedSince(now) ?? (now - this.#heardAt > promptMs ? this.#heardAt : null)
  }

  #doubtedSince(now: number): number | null {
    return this.#doubt !== null && now < this.#doubt.until ? this.#doubt.since : null
  }
}
