import type { ReadCursor } from '../types/feeds.js'
import type { JoinAck } from '../types/live.js'
import type { ClientPushes, Conversation, Message } from '../types/wire.js'
import { Revisions } from './revisions.js'
import { furtherCursor, furtherStatus, statusUnder } from './status.js'
import { Timeline } from './timeline.js'

export type StateChange<View> =
  | { readonly type: 'message'; readonly message: Message; readonly fresh: boolean }
  | { readonly type: 'status'; readonly by: 'user' | 'agent'; readonly cursor: ReadCursor }
  | { readonly type: 'conversation'; readonly conversation: View }

interface Patch {
  readonly revision: number
  readonly changes: Partial<Message>
}

/**
 * What is known of a conversation. Events may come late, twice or out of order: each part holds its own revision
 * and takes only what is newer, and new messages enter only in the order of their sequence.
 */
export class ConversationState<View extends Conversation> {
  readonly timeline = new Timeline()
  readonly #revisions = new Revisions()
  readonly #tell: (change: StateChange<View>) => void
  readonly #cursors: Record<'user' | 'agent', ReadCursor> = {
    user: { delivered: 0, read: 0 },
    agent: { delivered: 0, read: 0 },
  }
  readonly #unplaced = new Map<string, Patch[]>()
  #conversation: View | null = null

  constructor(tell: (change: StateChange<View>) => void) {
    this.#tell = tell
  }

  get conversation(): View | null {
    return this.#conversation
  }

  /** From here on something may have been missed. */
  get revision(): number {
    return this.#revisions.complete
  }

  get incomplete(): boolean {
    const announced = this.#conversation?.last_sequence ?? 0
    return this.#revisions.hasHole || this.timeline.hasHole || announced > this.timeline.lastSequence
  }

  /** Begins again with the newest page. */
  load({ conversation, messages = [] }: JoinAck<View>): void {
    this.timeline.dropEarly()
    this.#unplaced.clear()
    this.timeline.load(messages, conversation.last_sequence)
    this.#revisions.reset()
    this.#revisions.completeTo(conversation.revision)
    this.#conversation = conversation
  }

  /** Takes the changes since `revision`; true when more of them follow. */
  merge({ conversation, messages = [], has_more: more = false }: JoinAck<View>): boolean {
    for (const message of messages) this.#place(message)
    const last = messages.at(-1)
    const complete = more && last !== undefined ? last.revision : conversation.revision
    this.#revisions.completeTo(complete)
    this.#dropUnplaced()
    this.#view(conversation)
    return more && last !== undefined
  }

  message(message: Message): void {
    this.#revisions.saw(message.revision)
    this.#place(message)
  }

  deleted({ message_id: id, revision, deleted_at }: ClientPushes['message:deleted']): void {
    this.#revisions.saw(revision)
    this.#patch(id, revision, { body: '', attachments: [], reactions: [], metadata: {}, deleted_at })
  }

  reactions({ message_id: id, revision, reactions }: ClientPushes['reaction:changed']): void {
    this.#revisions.saw(revision)
    this.#patch(id, revision, { reactions })
  }

  status({ by, status, up_to_sequence: upTo, revision }: ClientPushes['message:status']): void {
    this.#revisions.saw(revision)
    const before = this.#cursors[by]
    const cursor = furtherCursor(before, status, upTo)
    if (cursor.delivered === before.delivered && cursor.read === before.read) return
    this.#cursors[by] = cursor
    this.#markUnder(by, Math.min(before.read, before.delivered))
    this.#tell({ type: 'status', by, cursor })
  }

  view(conversation: View): void {
    this.#revisions.saw(conversation.revision)
    this.#view(conversation)
  }

  /** Views are made after their commit, so an older one may come last. */
  #view(conversation: View): void {
    if (this.#conversation !== null && conversation.revision < this.#conversation.revision) return
    this.#conversation = conversation
    this.#tell({ type: 'conversation', conversation })
  }

  #place(message: Message): void {
    for (let next: Message | undefined = message; next !== undefined; next = this.timeline.takeEarly()) {
      const marked = this.#marked(next)
      const placed = this.timeline.put(marked)
      if (placed === 'fresh' || placed === 'changed')
        this.#tell({ type: 'message', message: marked, fresh: placed === 'fresh' })
      if (placed === 'fresh') this.#patchPlaced(marked.id)
    }
  }

  /** A change may overtake the message that it changes. */
  #patchPlaced(id: string): void {
    const patches = this.#unplaced.get(id) ?? []
    this.#unplaced.delete(id)
    for (const { revision, changes } of patches) this.#patch(id, revision, changes)
  }

  #keepUnplaced(id: string, patch: Patch): void {
    // With all changes before it seen, the message is one of a page that was not loaded.
    if (patch.revision <= this.revision) return
    this.#unplaced.set(id, [...(this.#unplaced.get(id) ?? []), patch])
  }

  #dropUnplaced(): void {
    for (const [id, patches] of this.#unplaced)
      if (patches.every(({ revision }) => revision <= this.revision)) this.#unplaced.delete(id)
  }

  #patch(id: string, revision: number, changes: Partial<Message>): void {
    if (!this.timeline.has(id)) {
      this.#keepUnplaced(id, { revision, changes })
      return
    }
    const message = this.timeline.patch(id, (known) =>
      revision < known.revision ? known : { ...known, ...changes, revision },
    )
    if (message?.revision === revision) this.#tell({ type: 'message', message, fresh: false })
  }

  /** A receipt may have overtaken its message. */
  #marked(message: Message): Message {
    if (message.sequence === null) return message
    const reader = message.sender === 'user' ? 'agent' : 'user'
    const status = furtherStatus(message.status, statusUnder(message.sequence, this.#cursors[reader]))
    return status === message.status ? message : { ...message, status }
  }

  #markUnder(by: 'user' | 'agent', above: number): void {
    for (const message of this.timeline.messages.toReversed()) {
      if (message.sequence !== null && message.sequence <= above) return
      if ((message.sender === 'user') === (by === 'agent'))
        this.timeline.patch(message.id, (known) => this.#marked(known))
    }
  }
}
