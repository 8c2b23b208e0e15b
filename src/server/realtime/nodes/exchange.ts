import { randomUUID } from 'node:crypto'
import type { Clock } from '../../core/ports.js'
import type { Carrier, OpenCarrier } from './carrier.js'
import { FollowedShards } from './followed-shards.js'
import { Hearing } from './hearing.js'
import { Outgoing } from './outgoing.js'
import { Peers } from './peers.js'
import { commonShard, type Shard } from './shards.js'

/** A node says this often that it lives, and how much it has said. */
const beatMs = 5_000
/** A node that missed three beats is dead. With the round of looking it is known after 17 to 22 s. */
const silenceMs = 3.4 * beatMs
const lookMs = 1_000
/** A look that comes so late was held up, and so was everything that others sent. */
const heldUpMs = 5_000
/** Shards are read one after the other, so what a beat counts may come after it, also after the next beat. */
const comesLaterMs = 1_000
/** Those who were connected to a node that stops come back elsewhere within this time. */
const leavingMs = 5_000
const farewellMs = 1_000

/** `sentAt` is by the clock of the other node. */
type Listener = (body: unknown, node: string, sentAt: number, shard: Shard) => void
/** Node null: any of them. */
type MissedListener = (node: string | null, shard: Shard) => void
/** What travels. */
type Sent = [node: string, shard: Shard, number: number, sentAt: number, topic: string, body: unknown]
/** What a beat carries: how many were sent to each shard that anything was sent to. */
type Claims = readonly (readonly [shard: Shard, number: number])[]
type Report = (error: unknown, doing: string) => void

/**
 * What nodes tell each other: bodies (JSON) under a topic, in a shard. Each node's arrive elsewhere once, and those of one
 * shard in their order, or it becomes known that some were missed.
 */
export class Exchange implements AsyncDisposable {
  /** This node, for as long as it runs: its name, and what tells it from its other runs. */
  readonly node: string
  readonly #clock: Clock
  readonly #report: Report
  readonly #outgoing: Outgoing
  readonly #peers = new Peers(silenceMs)
  readonly #shards: FollowedShards
  readonly #hearing: Hearing
  readonly #own: string
  readonly #listeners = new Map<string, Listener>()
  readonly #missed = new Set<MissedListener>()
  readonly #gone = new Set<(node: string) => void>()
  readonly #numbers = new Map<Shard, number>()
  #carrier: Carrier | null = null
  #beatAt = 0
  #lookedAt: number
  #cancelLook = () => {}

  private constructor(clock: Clock, report: Report, name: string) {
    this.node = `${name}/${randomUUID()}`
    this.#own = `[${JSON.stringify(this.node)},`
    this.#clock = clock
    this.#report = report
    this.#lookedAt = clock.now()
    this.#hearing = new Hearing(clock.now())
    const carrier = () => this.#carrier
    this.#outgoing = new Outgoing(carrier, clock)
    const doubt = (shard: Shard) => this.#tellMissed(null, shard)
    this.#shards = new FollowedShards({ clock, carrier, doubt, report })
    this.#shards.begin(commonShard)
  }

  /** Opens a carrier for a new node, whose name is for people. Throws where the carrier cannot be opened. */
  static async open(open: OpenCarrier, clock: Clock, report: Report, name = ''): Promise<Exchange> {
    const exchange = new Exchange(clock, report, name)
    exchange.#carrier = await open({
      received: (text) => exchange.#received(text),
      connected: () => exchange.#connected(),
      report,
    })
    exchange.#beat()
    exchange.#lookLater()
    return exchange
  }

  get connected(): boolean {
    return this.#carrier?.connected ?? false
  }

  /** Since when what other nodes said may not have come here; null when all of it has. Milliseconds. */
  get missingSince(): number | null {
    return this.#hearing.missingSince(this.#clock.now())
  }

  /** Other nodes that live. */
  get others(): readonly string[] {
    return this.#peers.living(this.#clock.now())
  }

  /** Other nodes that have not ended as far as is known, also those that have been silent for a while. */
  get expected(): readonly string[] {
    return this.#peers.staying
  }

  /** Never waits; what cannot leave now leaves later. Own bodies are not heard again. */
  send(topic: string, body: unknown, shard: Shard = commonShard): void {
    const number = (this.#numbers.get(shard) ?? 0) + 1
    this.#numbers.set(shard, number)
    const sent: Sent = [this.node, shard, number, this.#clock.now(), topic, body]
    this.#outgoing.add({ shard, text: JSON.stringify(sent) })
  }

  /** One listener for each topic. */
  on(topic: string, listener: Listener): void {
    this.#listeners.set(topic, listener)
  }

  /**
   * Besides the common shard this one is heard from when it resolves. While the way to the others is away that is at
   * once, and listeners are told that something was missed when it is back.
   */
  follow(shard: Shard): Promise<void> {
    this.#peers.forget(shard)
    return this.#shards.follow(shard)
  }

  unfollow(shard: Shard): void {
    this.#shards.unfollow(shard)
  }

  hears(shard: Shard): boolean {
    return this.#shards.hears(shard)
  }

  /** Something that was sent to a shard that is heard here never came. */
  onMissed(listener: MissedListener): void {
    this.#missed.add(listener)
  }

  /** A node ended: it was killed, or said that it stops and had its time. */
  onGone(listener: (node: string) => void): void {
    this.#gone.add(listener)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#cancelLook()
    this.send('bye', null)
    await this.#outgoing.settled(farewellMs)
    this.#outgoing.stop()
    this.#listeners.clear()
    this.#missed.clear()
    await this.#carrier?.[Symbol.asyncDispose]()
  }

  #received(text: string): void {
    this.#hearing.heard(this.#clock.now())
    // What this node sent comes back too, and was heard here before it left.
    if (text.startsWith(this.#own)) return
    try {
      this.#heard(JSON.parse(text) as Sent)
    } catch (error) {
      this.#report(error, 'reading what another node sent')
    }
  }

  #heard([node, shard, number, sentAt, topic, body]: Sent): void {
    if (!this.#shards.hears(shard)) return
    // Who is new here may not know of us, and waits for a beat otherwise.
    if (!this.#peers.knows(node)) this.#beat()
    const heard = this.#peers.hear(node, shard, number, this.#clock.now())
    if (heard === 'known') return
    const fresh = this.#shards.isFresh(shard)
    if (heard === 'missed' || (heard === 'met' && !fresh)) this.#tellMissed(node, shard)
    if (topic === 'beat') this.#claimsLater(node, new Map(body as Claims))
    if (topic === 'bye') this.#peers.leaves(node, this.#clock.now() + leavingMs)
    this.#listeners.get(topic)?.(body, node, sentAt, shard)
  }

  #claimsLater(node: string, numbers: ReadonlyMap<Shard, number>): void {
    const saidAt = this.#clock.now()
    this.#clock.after(comesLaterMs, () => {
      for (const shard of this.#shards)
        if (shard !== commonShard && this.#shards.heardBefore(shard, saidAt))
          this.#claimed(node, shard, numbers.get(shard) ?? 0)
    })
  }

  #claimed(node: string, shard: Shard, number: number): void {
    if (this.#peers.claim(node, shard, number)) this.#tellMissed(node, shard)
  }

  #tellMissed(node: string | null, shard: Shard): void {
    for (const listener of this.#missed) listener(node, shard)
  }

  #connected(): void {
    this.#peers.forgive(this.#clock.now())
    this.#shards.doubtFresh()
    this.#outgoing.flush()
  }

  #beat(): void {
    this.#beatAt = this.#clock.now()
    this.send('beat', [...this.#numbers] satisfies Claims)
  }

  #lookLater(): void {
    this.#cancelLook = this.#clock.after(lookMs, () => {
      this.#look()
      this.#lookLater()
    })
  }

  #look(): void {
    const now = this.#clock.now()
    if (!this.connected || now - this.#lookedAt > heldUpMs) this.#peers.forgive(now)
    this.#lookedAt = now
    if (this.connected && now - this.#beatAt >= beatMs - lookMs / 2) this.#beat()
    for (const node of this.#peers.takeGone(now)) for (const listener of this.#gone) listener(node)
  }
}
