import type { Presence, PresenceSubject } from '../../core/ports.js'
import { ConnectedElsewhere, fromTuple, type SubjectTuple, toTuple } from './connected-elsewhere.js'
import type { Exchange } from './exchange.js'
import { commonShard } from './shards.js'

type Untold = (subject: PresenceSubject, online: boolean) => void

/** A subject's first connection on a node began, or its last one ended; whether that node tells everybody. */
interface Move {
  readonly subject: SubjectTuple
  readonly told: boolean
}

/** The presence of this node alone. */
export type LocalPresence = Presence & { all(): PresenceSubject[] }

/**
 * Presence over several nodes. Each keeps a picture of all others: they tell it who comes and goes, whoever missed
 * something asks for the whole, and a node that died is taken out. Nothing is stored, so nothing is left behind by a
 * crash, and who asks need not wait.
 */
export class SharedPresence implements Presence {
  readonly #local: LocalPresence
  readonly #exchange: Exchange
  readonly #elsewhere = new ConnectedElsewhere()
  readonly #untold = new Set<Untold>()
  /** Taken out as dead: when they are heard again, somebody has to tell that their people are there. */
  readonly #buried = new Set<string>()

  constructor(local: LocalPresence, exchange: Exchange) {
    this.#local = local
    this.#exchange = exchange
    exchange.on('came', (body, node) => this.#came(body as Move, node))
    exchange.on('went', (body, node) => this.#went(body as Move, node))
    exchange.on('who', (body) => this.#asked(body))
    exchange.on('these', (body, node) => this.#replaced(body as readonly SubjectTuple[], node))
    exchange.onMissed((node, shard) => {
      if (shard === commonShard) exchange.send('who', node)
    })
    exchange.onGone((node) => this.#gone(node))
    exchange.send('who', null)
  }

  async connect(subject: PresenceSubject, connectionId: string): Promise<boolean> {
    const here = this.#local.online(subject)
    const news = !this.online(subject)
    await this.#local.connect(subject, connectionId)
    if (!here) this.#exchange.send('came', { subject: toTuple(subject), told: news } satisfies Move)
    return news
  }

  disconnect(subject: PresenceSubject, connectionId: string, offline: () => void): Promise<void> {
    return this.#local.disconnect(subject, connectionId, () => {
      const news = !this.#elsewhere.has(subject)
      this.#exchange.send('went', { subject: toTuple(subject), told: news } satisfies Move)
      if (news) offline()
    })
  }

  online(subject: PresenceSubject): boolean {
    return this.#local.online(subject) || this.#elsewhere.has(subject)
  }

  onlineKeys(appKey: number, type: PresenceSubject['type']): number[] {
    return [...new Set([...this.#local.onlineKeys(appKey, type), ...this.#elsewhere.of(appKey, type)])]
  }

  onUntold(listener: Untold): () => void {
    this.#untold.add(listener)
    return () => this.#untold.delete(listener)
  }

  #came({ subject: tuple, told }: Move, node: string): void {
    const subject = fromTuple(tuple)
    const news = !this.online(subject)
    this.#elsewhere.add(node, subject)
    if (news && !told) this.#tell(subject, true)
  }

  #went({ subject: tuple, told }: Move, node: string): void {
    const subject = fromTuple(tuple)
    this.#elsewhere.remove(node, subject)
    if (!told && !this.online(subject)) this.#tell(subject, false)
  }

  /** Asked by a node that has just begun (null), or that missed something of the node that it names. */
  #asked(node: unknown): void {
    if (node === null || node === this.#exchange.node)
      this.#exchange.send('these', this.#local.all().map(toTuple))
  }

  #replaced(tuples: readonly SubjectTuple[], node: string): void {
    const returned = this.#buried.delete(node)
    const subjects = tuples.map(fromTuple)
    const before = new Set(subjects.filter((subject) => this.online(subject)))
    this.#elsewhere.take(node)
    for (const subject of subjects) {
      this.#elsewhere.add(node, subject)
      if (returned && !before.has(subject)) this.#tell(subject, true)
    }
  }

  #gone(node: string): void {
    this.#buried.add(node)
    for (const subject of this.#elsewhere.take(node)) if (!this.online(subject)) this.#tell(subject, false)
  }

  /** All nodes come here at about the same time, and see the same others: the first by name speaks. */
  #tell(subject: PresenceSubject, online: boolean): void {
    const { node, others } = this.#exchange
    if (others.some((other) => other < node)) return
    for (const listener of this.#untold) listener(subject, online)
  }
}
