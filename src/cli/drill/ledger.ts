import type { AdminLive, VisitorLive } from '../../client/index.js'

/** A message that the server acknowledged: it may never be lost, doubled or moved again. */
interface Acknowledged {
  readonly conversationId: string
  readonly id: string
  readonly sequence: number
}

/** What was acknowledged to anybody, and how fast while nothing was cut. */
export class Ledger {
  readonly acknowledged: Acknowledged[] = []
  readonly milliseconds: number[] = []

  /** Writes messages, each after the one before was acknowledged. */
  async write(
    live: AdminLive | VisitorLive,
    conversationId: string,
    count: number,
    { timed }: { timed: boolean },
  ): Promise<void> {
    for (let written = 0; written < count; written++) {
      const sentAt = performance.now()
      const { localId } = live.outbox.add(conversationId, { body: `Drill: message ${written + 1}` })
      const { id, sequence } = await live.outbox.settled(localId)
      if (timed) this.milliseconds.push(performance.now() - sentAt)
      this.keep(conversationId, id, sequence)
    }
  }

  keep(conversationId: string, id: string, sequence: number | null): void {
    this.acknowledged.push({ conversationId, id, sequence: sequence ?? 0 })
  }

  /** In the order of the conversation, each once. */
  of(conversationId: string): readonly Acknowledged[] {
    const own = this.acknowledged.filter((message) => message.conversationId === conversationId)
    const byId = new Map(own.map((message) => [message.id, message]))
    return [...byId.values()].sort((first, second) => first.sequence - second.sequence)
  }
}
