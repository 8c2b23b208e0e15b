import type {
  Conversation,
  ConversationFeed,
  FeedChange,
  Message,
  ReadCursor,
  VisitorLive,
  VisitorSide,
} from '../client/index.js'
import type { Printer } from './printer.js'

/** Prints one conversation as it goes, each message once, and says that it was read. */
export class Follower {
  readonly conversationId: string
  readonly #feed: ConversationFeed<VisitorSide>
  readonly #printer: Printer
  readonly #echoes: ReadonlySet<string>
  readonly #versions = new Map<string, string>()
  #shown: Conversation | null = null
  #receipt: ReadCursor = { delivered: 0, read: 0 }
  #unsubscribe: () => void

  constructor(live: VisitorLive, conversationId: string, printer: Printer, echoes: ReadonlySet<string>) {
    this.conversationId = conversationId
    this.#printer = printer
    this.#echoes = echoes
    this.#feed = live.conversation(conversationId)
    this.#unsubscribe = this.#feed.subscribe((change) => this.#changed(change))
  }

  /** Resolves when the history is printed; rejects when the conversation is not to be had. */
  get ready(): Promise<void> {
    return this.#feed.ready
  }

  get conversation(): Conversation | null {
    return this.#feed.conversation
  }

  /** A newer view of the conversation that came by another way. */
  show(conversation: Conversation): void {
    this.#printer.conversation(conversation, this.#shown)
    this.#shown = conversation
  }

  close(): void {
    this.#unsubscribe()
    this.#feed.close()
  }

  #changed(change: FeedChange<VisitorSide>): void {
    if (change.type === 'loaded') this.#loaded()
    else if (change.type === 'message') this.#message(change.message, false)
    else if (change.type === 'conversation') this.show(change.conversation)
    else if (change.type === 'typing') this.#printer.typing(change.typing)
    else if (change.type === 'status' && change.by === 'agent') this.#received(change.cursor)
  }

  #loaded(): void {
    if (this.#feed.conversation !== null) this.show(this.#feed.conversation)
    const history = this.#versions.size === 0
    for (const message of this.#feed.messages) this.#message(message, history)
  }

  /** A change that shows nothing new, such as a receipt, prints nothing. */
  #message(message: Message, history: boolean): void {
    const version = `${message.edited_at} ${message.deleted_at}`
    const printed = this.#versions.get(message.id)
    if (printed !== version) {
      this.#versions.set(message.id, version)
      const echo = message.local_id !== null && this.#echoes.has(message.local_id)
      this.#printer.message(message, { history, echo, changed: printed !== undefined })
    }
    if (message.sender !== 'user') this.#feed.markRead()
  }

  /** Only what the visitor wrote counts: an agent's own messages are covered by their cursor, too. */
  #received(cursor: ReadCursor): void {
    const own = this.#feed.messages.findLast(({ sender }) => sender === 'user')?.sequence ?? 0
    const seen = { delivered: Math.min(cursor.delivered, own), read: Math.min(cursor.read, own) }
    if (seen.delivered === this.#receipt.delivered && seen.read === this.#receipt.read) return
    this.#receipt = seen
    this.#printer.receipt(seen)
  }
}
