import type { ReplyHqError } from '../errors.js'
import { Listeners } from '../live/listeners.js'
import type { MessagePage } from '../types/admin.js'
import type { ConversationFeed, FeedChange, TypingPerson } from '../types/feeds.js'
import type { JoinAck, Side } from '../types/live.js'
import type { Outbox, PendingMessage } from '../types/outbox.js'
import type { ClientClock, Unsubscribe } from '../types/ports.js'
import type { ClientPushes, Message } from '../types/wire.js'
import { BotDraft } from './bot-draft.js'
import { ConversationState } from './conversation-state.js'
import { ReceiptSender } from './receipt-sender.js'
import { Synchroniser } from './synchroniser.js'
import { Typists } from './typists.js'

/** What a feed needs of its live connection. */
export interface FeedPorts<Of extends Side> {
  readonly clock: ClientClock
  readonly outbox: Outbox<Of['draft']>
  connected(): boolean
  request<Ack>(name: string, payload: unknown): Promise<Ack>
  older(conversationId: string, beforeSequence: number, limit?: number): Promise<MessagePage>
  released(conversationId: string): void
}

/** The live picture of one conversation. */
export class LiveConversationFeed<Of extends Side> implements ConversationFeed<Of> {
  readonly conversationId: string
  readonly ready: Promise<void>
  readonly #ports: FeedPorts<Of>
  readonly #listeners = new Listeners<FeedChange<Of>>()
  readonly #state: ConversationState<Of['conversation']>
  readonly #typists: Typists
  readonly #draft: BotDraft
  readonly #sync: Synchroniser
  readonly #receipts: ReceiptSender
  #loaded = false
  #reload = false
  #hasOlder = false
  #holders = 1
  #early: (() => void)[] = []
  #becomeReady: () => void = () => {}
  #becomeFailed: (error: ReplyHqError) => void = () => {}

  constructor(conversationId: string, ports: FeedPorts<Of>) {
    this.conversationId = conversationId
    this.#ports = ports
    this.#state = new ConversationState((change) => this.#tell(change))
    this.#typists = new Typists(ports.clock, (typing) => this.#tell({ type: 'typing', typing }))
    this.#draft = new BotDraft((text) => this.#tell({ type: 'draft', text }))
    this.#receipts = new ReceiptSender({
      connected: () => ports.connected() && this.#loaded,
      send: (kind, upTo) => this.#ask(`message:${kind}`, { up_to_sequence: upTo }),
    })
    this.#sync = new Synchroniser(ports.clock, {
      connected: () => ports.connected(),
      round: () => this.#round(),
      failed: (error) => this.#failed(error),
    })
    this.ready = new Promise((resolve, reject) => {
      this.#becomeReady = resolve
      this.#becomeFailed = reject
    })
    // Whoever waits for it sees the rejection; nobody has to.
    this.ready.catch(() => {})
    this.#sync.now()
  }

  get conversation(): Of['conversation'] | null {
    return this.#state.conversation
  }

  get messages(): readonly Message[] {
    return this.#state.timeline.messages
  }

  get pending(): readonly PendingMessage<Of['draft']>[] {
    const all = this.#ports.outbox.pending(this.conversationId)
    // The broadcast of an own message may come before its ack.
    return all.filter(({ localId }) => !this.#state.timeline.hasLocal(localId))
  }

  get typing(): readonly TypingPerson[] {
    return this.#typists.all
  }

  get botDraft(): string | null {
    return this.#draft.text
  }

  get hasOlder(): boolean {
    return this.#hasOlder
  }

  get lastSequence(): number {
    return this.#state.timeline.lastSequence
  }

  subscribe(listener: (change: FeedChange<Of>) => void): Unsubscribe {
    return this.#listeners.add(listener)
  }

  async loadOlder(limit?: number): Promise<boolean> {
    if (!this.#hasOlder) return false
    const page = await this.#ports.older(this.conversationId, this.#state.timeline.firstSequence, limit)
    this.#hasOlder = page.hasMore
    this.#tell({ type: 'older', messages: this.#state.timeline.prepend(page.messages) })
    return page.messages.length > 0
  }

  send(draft: Of['draft']): PendingMessage<Of['draft']> {
    return this.#ports.outbox.add(this.conversationId, draft)
  }

  markRead(upToSequence = this.lastSequence): void {
    this.#receipts.want('read', upToSequence)
  }

  markDelivered(upToSequence = this.lastSequence): void {
    this.#receipts.want('delivered', upToSequence)
  }

  close(): void {
    this.#holders -= 1
    if (this.#holders > 0) return
    this.#sync.close()
    this.#typists.clear()
    this.#ports.released(this.conversationId)
    if (this.#ports.connected()) this.#ask('conversation:leave', {}).catch(() => {})
  }

  hold(): this {
    this.#holders += 1
    return this
  }

  disconnected(): void {
    this.#typists.clear()
    this.#draft.clear()
  }

  /** Live events may have been missed: joins again, and gets what changed since. */
  resync(): void {
    this.#sync.now()
  }

  pendingChanged(): void {
    this.#tell({ type: 'pending', pending: this.pending })
  }

  message(message: Message): void {
    this.#take(() => this.#state.message(message))
    if (message.sender === 'bot') this.#draft.clear()
    const side = message.sender === 'user' ? 'user' : 'agent'
    if (message.sender_id !== null) this.#typists.set({ side, id: message.sender_id, name: null }, false)
  }

  deleted(payload: ClientPushes['message:deleted']): void {
    this.#take(() => this.#state.deleted(payload))
  }

  status(payload: ClientPushes['message:status']): void {
    this.#take(() => this.#state.status(payload))
  }

  reactions(payload: ClientPushes['reaction:changed']): void {
    this.#take(() => this.#state.reactions(payload))
  }

  updated(conversation: Of['conversation']): void {
    this.#take(() => this.#state.view(conversation))
  }

  delta(payload: ClientPushes['message:delta']): void {
    this.#draft.take(payload)
  }

  typed(person: TypingPerson, isTyping: boolean): void {
    this.#typists.set(person, isTyping)
  }

  /** Events that come before the first page wait for it. */
  #take(apply: () => void): void {
    if (!this.#loaded) {
      this.#early.push(apply)
      return
    }
    apply()
    if (this.#state.incomplete) this.#sync.soon(() => this.#state.incomplete)
  }

  async #round(): Promise<boolean> {
    const afresh = !this.#loaded || this.#reload
    const since = afresh ? {} : { after_revision: this.#state.revision }
    const ack = await this.#ask<JoinAck<Of['conversation']>>('conversation:join', since)
    if (afresh) this.#load(ack)
    else if (ack.resync_required === true) this.#reload = true
    else return this.#merge(ack)
    return this.#reload
  }

  #load(ack: JoinAck<Of['conversation']>): void {
    this.#state.load(ack)
    this.#loaded = true
    this.#reload = false
    this.#hasOlder = ack.has_more ?? false
    for (const apply of this.#early.splice(0)) this.#take(apply)
    this.#tell({ type: 'loaded' })
    this.#receipts.flush()
    this.#becomeReady()
  }

  #merge(ack: JoinAck<Of['conversation']>): boolean {
    const more = this.#state.merge(ack)
    this.#receipts.flush()
    // Everything since was given and there is still a hole: only a fresh page helps.
    if (!more && this.lastSequence < ack.conversation.last_sequence) this.#reload = true
    return more || this.#reload
  }

  #failed(error: ReplyHqError): void {
    this.#becomeFailed(error)
    this.#tell({ type: 'failed', error })
  }

  #ask<Ack>(name: string, payload: object): Promise<Ack> {
    return this.#ports.request<Ack>(name, { conversation_id: this.conversationId, ...payload })
  }

  #tell(change: FeedChange<Of>): void {
    this.#listeners.tell(change)
  }
}
