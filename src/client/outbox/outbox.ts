import { backoffDelay } from '../backoff.js'
import { ReplyHqError } from '../errors.js'
import { Listeners } from '../live/listeners.js'
import { withLocalId } from '../local-id.js'
import type { Outbox, OutboxChange, OutboxStorage, PendingMessage } from '../types/outbox.js'
import type { ClientClock, Unsubscribe } from '../types/ports.js'
import type { Message } from '../types/wire.js'
import { type Item, Lane } from './lane.js'
import { Settlements } from './settlements.js'

export interface OutboxPorts<Draft> {
  readonly clock: ClientClock
  readonly storage?: OutboxStorage
  ready(): boolean
  send(conversationId: string, draft: Draft & { local_id: string }): Promise<Message>
}

const unbegun = 'local:'
const backoff = { first: 500, longest: 15_000 }

/** What waits to be sent. Written to the storage before it goes, and taken out after its ack. */
export class MessageOutbox<Draft extends { local_id?: string }> implements Outbox<Draft> {
  readonly #ports: OutboxPorts<Draft>
  readonly #lanes = new Map<string, Lane<Draft>>()
  readonly #listeners = new Listeners<OutboxChange<Draft>>()
  readonly #settlements = new Settlements()

  constructor(ports: OutboxPorts<Draft>) {
    this.#ports = ports
    for (const stored of ports.storage?.load() ?? []) {
      const draft = { ...(stored.draft as Draft), local_id: stored.localId }
      this.#put({ ...stored, draft, state: 'waiting', error: null, tries: 0 })
    }
  }

  add(conversationId: string, draft: Draft): PendingMessage<Draft> {
    const complete = withLocalId(draft)
    const item: Item<Draft> = {
      localId: complete.local_id,
      conversationId,
      draft: complete,
      createdAt: this.#ports.clock.now(),
      state: 'waiting',
      error: null,
      tries: 0,
    }
    const lane = this.#put(item)
    this.#save()
    this.#tell(item)
    lane.advance()
    return shown(item)
  }

  pending(conversationId?: string): PendingMessage<Draft>[] {
    if (conversationId !== undefined) return this.#lanes.get(conversationId)?.items.map(shown) ?? []
    return this.#all().map(shown)
  }

  retry(localId: string, changes: Partial<Draft> = {}): void {
    const item = this.#find(localId)
    if (item?.state !== 'failed') return
    Object.assign(item, { state: 'waiting', error: null, tries: 0, draft: { ...item.draft, ...changes } })
    item.draft.local_id = localId
    this.#save()
    this.#tell(item)
    this.#lanes.get(item.conversationId)?.advance()
  }

  discard(localId: string): void {
    const item = this.#find(localId)
    if (item === undefined || item.state === 'sending') return
    this.#take(item)
    this.#settlements.reject(localId, new ReplyHqError('conflict', 'The message was discarded and not sent.'))
    this.#listeners.tell({ type: 'discarded', localId, conversationId: item.conversationId })
  }

  move(fromConversationId: string, toConversationId: string): void {
    const moved = this.#lanes.get(fromConversationId)?.items.splice(0) ?? []
    for (const item of moved) this.#put(Object.assign(item, { conversationId: toConversationId }))
    if (moved.length === 0) return
    this.#save()
    for (const item of moved) this.#tell(item)
    this.#lanes.get(toConversationId)?.advance()
  }

  settled(localId: string): Promise<Message> {
    if (this.#find(localId) !== undefined) return this.#settlements.of(localId)
    return Promise.reject(new ReplyHqError('not_found', 'No message with this local id is pending.'))
  }

  subscribe(listener: (change: OutboxChange<Draft>) => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  /** Goes on with everything that waits. */
  advance(): void {
    for (const lane of this.#lanes.values()) lane.wake()
  }

  #put(item: Item<Draft>): Lane<Draft> {
    const lane = this.#lanes.get(item.conversationId) ?? this.#newLane(item.conversationId)
    lane.items.push(item)
    return lane
  }

  #newLane(conversationId: string): Lane<Draft> {
    const { clock } = this.#ports
    const lane = new Lane<Draft>({
      ready: (to) => !to.startsWith(unbegun) && this.#ports.ready(),
      send: ({ conversationId: to, draft, localId }) => this.#ports.send(to, { ...draft, local_id: localId }),
      began: (item) => this.#tell(item),
      sent: (item, message) => this.#sent(item, message),
      failed: (item, error) => {
        this.#tell(item)
        this.#settlements.reject(item.localId, error)
      },
      later: ({ tries }, { retryAfterSeconds = 0 }, again) =>
        clock.after(Math.max(retryAfterSeconds * 1_000, backoffDelay(backoff, tries, clock)), again),
    })
    this.#lanes.set(conversationId, lane)
    return lane
  }

  #sent(item: Item<Draft>, message: Message): void {
    this.#take(item)
    const { localId, conversationId } = item
    this.#listeners.tell({ type: 'sent', localId, conversationId, message })
    this.#settlements.resolve(localId, message)
  }

  #take(item: Item<Draft>): void {
    const items = this.#lanes.get(item.conversationId)?.items ?? []
    const index = items.indexOf(item)
    if (index >= 0) items.splice(index, 1)
    this.#save()
  }

  #all(): Item<Draft>[] {
    return [...this.#lanes.values()].flatMap((lane) => lane.items)
  }

  #find(localId: string): Item<Draft> | undefined {
    return this.#all().find((item) => item.localId === localId)
  }

  #save(): void {
    this.#ports.storage?.save(
      this.#all().map(({ localId, conversationId, draft, createdAt }) => ({
        localId,
        conversationId,
        draft,
        createdAt,
      })),
    )
  }

  #tell(item: Item<Draft>): void {
    this.#listeners.tell({ type: 'pending', message: shown(item) })
  }
}

function shown<Draft>(item: Item<Draft>): PendingMessage<Draft> {
  const { localId, conversationId, draft, createdAt, state, error } = item
  return { localId, conversationId, draft, createdAt, state, error }
}
