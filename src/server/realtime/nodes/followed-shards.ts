import type { Clock } from '../../core/ports.js'
import type { Carrier } from './carrier.js'
import { commonShard, type Shard } from './shards.js'

/** What was said before is no loss for so long: by then every node has said how far its numbers are. */
const freshMs = 10_000
/** Who is to be let in waits no longer for a carrier that does not answer. */
const patienceMs = 1_000

interface Followed {
  since: number
  heard: boolean
  /** Somebody went on before it was heard. */
  late: boolean
}

interface Options {
  readonly clock: Clock
  carrier(): Carrier | null
  /** What was sent to a shard since it was to be heard may never come. */
  doubt(shard: Shard): void
  report(error: unknown, doing: string): void
}

/** The shards that this node hears, and since when. */
export class FollowedShards {
  readonly #options: Options
  readonly #followed = new Map<Shard, Followed>()

  constructor(options: Options) {
    this.#options = options
  }

  /** The carrier hears this one from the start. */
  begin(shard: Shard): void {
    this.#followed.set(shard, { since: this.#options.clock.now(), heard: true, late: false })
  }

  /**
   * Resolves when everything is heard that is sent to the shard from now on; while the carrier is away at once, and then
   * `doubt` is called when it is back.
   */
  async follow(shard: Shard): Promise<void> {
    const carrier = this.#options.carrier()
    if (carrier === null) return
    const followed = { since: this.#options.clock.now(), heard: false, late: !carrier.connected }
    this.#followed.set(shard, followed)
    const heard = carrier
      .follow(shard)
      .then(() => this.#heard(shard, followed))
      .catch((error: unknown) => this.#options.report(error, 'beginning to hear other nodes'))
    if (followed.late) return
    await this.#within(patienceMs, heard)
    followed.late = !followed.heard
  }

  unfollow(shard: Shard): void {
    this.#followed.delete(shard)
    this.#options.carrier()?.unfollow(shard)
  }

  /** What comes before was sent before, and is in whatever is read afterwards. */
  hears(shard: Shard): boolean {
    return this.#followed.get(shard)?.heard === true
  }

  *[Symbol.iterator](): Iterator<Shard> {
    yield* this.#followed.keys()
  }

  /** False also where it was let go meanwhile, and is heard anew. */
  heardBefore(shard: Shard, at: number): boolean {
    const followed = this.#followed.get(shard)
    return followed?.heard === true && followed.since < at
  }

  isFresh(shard: Shard): boolean {
    const since = this.#followed.get(shard)?.since
    return since !== undefined && this.#options.clock.now() - since < freshMs
  }

  /** After an absence of the carrier: where no number was known before it, nothing tells what was missed. */
  doubtFresh(): void {
    for (const [shard, followed] of this.#followed) {
      if (shard === commonShard || !followed.heard || !this.isFresh(shard)) continue
      followed.since = this.#options.clock.now()
      this.#options.doubt(shard)
    }
  }

  #heard(shard: Shard, followed: Followed): void {
    followed.since = this.#options.clock.now()
    followed.heard = true
    if (followed.late && this.#followed.get(shard) === followed) this.#options.doubt(shard)
  }

  async #within(milliseconds: number, work: Promise<void>): Promise<void> {
    let cancel = () => {}
    const patience = new Promise<void>((resolve) => {
      cancel = this.#options.clock.after(milliseconds, resolve)
    })
    await Promise.race([work, patience])
    cancel()
  }
}
