import type { DomainEvent, SessionEvent } from '../../core/events.js'
import type { Clock } from '../../core/ports.js'
import type { Exchange } from './exchange.js'
import { SessionsByNode } from './sessions-by-node.js'
import type { Shard } from './shards.js'

interface Options {
  readonly exchange: Exchange
  readonly clock: Clock
  /** Tells those who are connected to this node, and no other node: each of them comes to the same by itself. */
  deliver(event: SessionEvent): void
}

/**
 * Tells that visitors' connections have ended whose node ended without a word. Nodes know each other's of the apps that
 * they hear: they hear of each, and ask for the whole when they begin to hear, or missed something.
 */
export class SessionWatch {
  readonly #options: Options
  readonly #sessions = new SessionsByNode()
  /** Nodes and shards that were taken for dead: when they are heard again, their visitors are there. */
  readonly #buried = new Set<string>()

  constructor(options: Options) {
    this.#options = options
    const { exchange } = options
    exchange.on('sessions asked', (_body, _node, _sentAt, shard) =>
      exchange.send('sessions', this.#sessions.list(exchange.node, shard), shard),
    )
    exchange.on('sessions', (body, node, _sentAt, shard) =>
      this.#replaced(node, shard, body as readonly SessionEvent[]),
    )
    exchange.onGone((node) => this.#gone(node))
  }

  /** A node told this event, this one or another. */
  heard(node: string, shard: Shard, event: DomainEvent): void {
    this.#sessions.note(node, shard, event)
  }

  ask(shard: Shard): void {
    this.#options.exchange.send('sessions asked', null, shard)
  }

  /** A shard is not heard any more. Own connections are in shards that are heard. */
  forget(shard: Shard): void {
    this.#sessions.forget(shard)
  }

  #replaced(node: string, shard: Shard, sessions: readonly SessionEvent[]): void {
    this.#sessions.replace(node, shard, sessions)
    if (this.#buried.delete(`${node} ${shard}`)) for (const event of sessions) this.#options.deliver(event)
  }

  #gone(node: string): void {
    const at = this.#options.clock.now()
    for (const [shard, sessions] of this.#sessions.take(node)) {
      this.#buried.add(`${node} ${shard}`)
      for (const event of sessions)
        this.#options.deliver({ ...event, type: 'session.disconnected', session: { ...event.session, at } })
    }
  }
}
