import type { DomainEvent, SessionEvent } from '../../core/events.js'
import type { Shard } from './shards.js'

/** Connections of one device of a visitor. */
interface Open {
  event: SessionEvent
  count: number
}

type OfShard = Map<string, Open>

/** Which visitors' connections each node holds, as far as was heard; 530 bytes each. */
export class SessionsByNode {
  readonly #nodes = new Map<string, Map<Shard, OfShard>>()

  /** Events of other types tell nothing. */
  note(node: string, shard: Shard, event: DomainEvent): void {
    if (event.type === 'session.connected') open(this.#of(node, shard), event)
    else if (event.type === 'session.disconnected') close(this.#of(node, shard), event)
  }

  /** One event for each connection. */
  list(node: string, shard: Shard): SessionEvent[] {
    return [...this.#of(node, shard).values()].flatMap(({ event, count }) =>
      Array<SessionEvent>(count).fill(event),
    )
  }

  /** These and no others are there. */
  replace(node: string, shard: Shard, sessions: readonly SessionEvent[]): void {
    const opened: OfShard = new Map()
    for (const event of sessions) open(opened, event)
    this.#ofNode(node).set(shard, opened)
  }

  /** All of a node, by shard; nothing is known of it afterwards. */
  take(node: string): [Shard, SessionEvent[]][] {
    const shards = [...this.#ofNode(node).keys()]
    const sessions = shards.map((shard): [Shard, SessionEvent[]] => [shard, this.list(node, shard)])
    this.#nodes.delete(node)
    return sessions
  }

  /** A shard is not heard any more. */
  forget(shard: Shard): void {
    for (const shards of this.#nodes.values()) shards.delete(shard)
  }

  #ofNode(node: string): Map<Shard, OfShard> {
    const shards = this.#nodes.get(node) ?? new Map<Shard, OfShard>()
    this.#nodes.set(node, shards)
    return shards
  }

  #of(node: string, shard: Shard): OfShard {
    const shards = this.#ofNode(node)
    const sessions = shards.get(shard) ?? new Map<string, Open>()
    shards.set(shard, sessions)
    return sessions
  }
}

const nameOf = ({ session: { contactId, deviceId } }: SessionEvent) => `${contactId} ${deviceId}`

function open(sessions: OfShard, event: SessionEvent): void {
  const name = nameOf(event)
  sessions.set(name, { event, count: (sessions.get(name)?.count ?? 0) + 1 })
}

function close(sessions: OfShard, event: SessionEvent): void {
  const name = nameOf(event)
  const known = sessions.get(name)
  if (known === undefined) return
  known.count -= 1
  if (known.count === 0) sessions.delete(name)
}
