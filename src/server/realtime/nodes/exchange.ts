import { randomUUID } from 'node:crypto'
import type { Clock } from '../../core/ports.js'
import type { Carrier, OpenCarrier } from './carrier.js'
import { Outgoing } from './outgoing.js'
import { Peers } from './peers.js'

/** Without anything else to say a node says this often that it lives. */
const beatMs = 5_000
/** A node that missed three beats is dead. With the round of looking it is known after 17 to 22 s. */
const silenceMs = 3.4 * beatMs
const lookMs = 1_000
/** A look that comes so late was held up, and so was everything that others sent. */
const heldUpMs = 5_000
/** Those who were connected to a node that stops come back elsewhere within this time. */
const leavingMs = 5_000
const farewellMs = 1_000
/** Whoever was there before this node is heard within so long; what they said before is no loss to it. */
const meetingMs = 2 * beatMs

/** `sentAt` is by the clock of the other node. */
type Listener = (body: unknown, node: string, sentAt: number) => void
/** What travels. */
type Sent = [node: string, number: number, sentAt: number, topic: string, body: unknown]
type Report = (error: unknown, doing: string) => void

/**
 * What nodes tell each other: bodies (JSON) under a topic. Each node's arrive elsewhere once and in its order, or it
 * becomes known that some were missed.
 */
export class Exchange implements AsyncDisposable {
  /** This node, for as long as it runs. */
  readonly node = randomUUID()
  readonly #clock: Clock
  readonly #report: Report
  readonly #outgoing: Outgoing
  readonly #peers = new Peers(silenceMs)
  readonly #own = `["${this.node}",`
  readonly #listeners = new Map<string, Listener>()
  readonly #missed = new Set<(node: string) => void>()
  readonly #gone = new Set<(node: string) => void>()
  #carrier: Carrier | null = null
  #number = 0
  #spokeAt = 0
  #lookedAt: number
  readonly #openedAt: number
  #cancelLook = () => {}

  private constructor(clock: Clock, report: Report) {
    this.#clock = clock
    this.#report = report
    this.#openedAt = clock.now()
    this.#lookedAt = this.#openedAt
    this.#outgoing = new Outgoing(() => this.#carrier, clock)
  }

  /** Opens a carrier for a new node. Throws where the carrier cannot be opened. */
  static async open(open: OpenCarrier, clock: Clock, report: Report): Promise<Exchange> {
    const exchange = new Exchange(clock, report)
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

  /** Other nodes that live. */
  get others(): readonly string[] {
    return this.#peers.living(this.#clock.now())
  }

  /** Never waits; what cannot leave now leaves later. */
  send(topic: string, body: unknown): void {
    this.#number += 1
    this.#spokeAt = this.#clock.now()
    this.#outgoing.add(JSON.stringify([this.node, this.#number, this.#spokeAt, topic, body]))
  }

  /** One listener for each topic. */
  on(topic: string, listener: Listener): void {
    this.#listeners.set(topic, listener)
  }

  /** Something that a node sent was never heard here. */
  onMissed(listener: (node: string) => void): void {
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
    await this.#carrier?.[Symbol.asyncDispose]()
  }

  #received(text: string): void {
    // What this node sent comes back too, and was heard here before it left.
    if (text.startsWith(this.#own)) return
    try {
      this.#heard(JSON.parse(text) as Sent)
    } catch (error) {
      this.#report(error, 'reading what another node sent')
    }
  }

  #heard([node, number, sentAt, topic, body]: Sent): void {
    // Who is new here may not know of us, and waits for a beat otherwise.
    if (!this.#peers.knows(node)) this.#beat()
    const heard = this.#peers.hear(node, number, this.#clock.now())
    if (heard === 'known') return
    if (heard === 'missed' || (heard === 'met' && !this.#isNew()))
      for (const listener of this.#missed) listener(node)
    if (topic === 'bye') this.#peers.leaves(node, this.#clock.now() + leavingMs)
    this.#listeners.get(topic)?.(body, node, sentAt)
  }

  #isNew(): boolean {
    return this.#clock.now() - this.#openedAt < meetingMs
  }

  #connected(): void {
    this.#peers.forgive(this.#clock.now())
    this.#outgoing.flush()
  }

  #beat(): void {
    this.send('beat', null)
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
    if (this.connected && now - this.#spokeAt >= beatMs - lookMs / 2) this.#beat()
    for (const node of this.#peers.takeGone(now)) for (const listener of this.#gone) listener(node)
  }
}
