import type {
  AdminConversation,
  AdminLive,
  AdminSide,
  ConnectionState,
  ConversationFeed,
  FeedChange,
  Message,
  OfferChange,
} from './client.js'
import { chatFromWire, entryFromWire, offerFromWire, queueItemFromWire, visitorName } from './from-wire.js'
import type { Connection, Entry } from './model.js'
import type { SessionEvent } from './session.js'

export type Feed = ConversationFeed<AdminSide>

/** Follows the live connection and tells its changes as events of the session. Holds the feeds of joined chats. */
export class LiveEvents {
  private readonly feeds = new Map<string, Feed>()
  private readonly queueFeed
  private listener: (event: SessionEvent) => void = () => undefined
  private wasConnected = false
  private wasCut = false

  /** `onTeam` is called when the team may look different. */
  constructor(
    private readonly live: AdminLive,
    private readonly onTeam: () => void,
  ) {
    this.queueFeed = live.queue()
  }

  /** Settles when the queue has been loaded. */
  get queueReady(): Promise<void> {
    return this.queueFeed.ready
  }

  listen(listener: (event: SessionEvent) => void): void {
    this.listener = listener
    this.onState(this.live.state)
    this.live.onState((state) => this.onState(state))
    this.queueFeed.subscribe(() => this.tell({ type: 'queue', ...this.queue() }))
    this.live.on('conversation:updated', (conversation) => this.onConversation(conversation))
    this.live.on('presence:change', ({ subject, id, online }) => {
      if (subject === 'user') this.tell({ type: 'presence', contactId: id, online })
      else this.onTeam()
    })
    // Connecting makes this agent present too, which the list that was loaded meanwhile does not know.
    this.live.on('connected', () => this.onTeam())
    for (const offer of this.live.offers.items) this.onOffer({ type: 'offered', offer })
    this.live.offers.subscribe((change) => this.onOffer(change))
    this.live.outbox.subscribe((change) => {
      if (change.type === 'sent') this.tell({ type: 'entry', entry: this.entry(change.message) })
      if (change.type === 'pending' && change.message.state === 'failed') {
        const { conversationId, localId } = change.message
        this.tell({ type: 'failed', chatId: conversationId, localId })
      }
      this.tell({ type: 'connection', connection: this.connection(this.live.state) })
    })
  }

  tell(event: SessionEvent): void {
    this.listener(event)
  }

  queue() {
    return { items: this.queueFeed.items.map(queueItemFromWire), size: this.queueFeed.size }
  }

  /** The feed of a chat; the first call joins it. */
  feed(chatId: string): Feed {
    const known = this.feeds.get(chatId)
    if (known) return known
    const feed = this.live.conversation(chatId)
    this.feeds.set(chatId, feed)
    feed.subscribe((change) => this.onFeed(feed, change))
    return feed
  }

  leave(chatId: string): void {
    this.feeds.get(chatId)?.close()
    this.feeds.delete(chatId)
  }

  end(): void {
    this.listener = () => undefined
    this.queueFeed.close()
    for (const chatId of [...this.feeds.keys()]) this.leave(chatId)
    this.live.close()
  }

  entries(feed: Feed, messages: readonly Message[]): Entry[] {
    const { conversation, conversationId } = feed
    const name = visitorName(
      conversation?.user?.name ?? conversation?.user?.email,
      conversation?.visitor_id ?? conversationId,
    )
    return messages.map((message) => entryFromWire(message, name))
  }

  entry(message: Message): Entry {
    const feed = this.feeds.get(message.conversation_id)
    const [entry] = feed ? this.entries(feed, [message]) : []
    return entry ?? entryFromWire(message, visitorName(null, message.sender_id ?? message.conversation_id))
  }

  private onFeed(feed: Feed, change: FeedChange<AdminSide>): void {
    for (const event of this.eventsOf(feed, change)) this.tell(event)
  }

  private eventsOf(feed: Feed, change: FeedChange<AdminSide>): SessionEvent[] {
    const chatId = feed.conversationId
    switch (change.type) {
      case 'loaded':
        return this.everything(feed)
      case 'message':
        return [{ type: 'entry', entry: this.entry(change.message) }]
      case 'conversation':
        return [{ type: 'chat', chat: chatFromWire(change.conversation) }]
      case 'status':
        return change.by === 'user' ? receipts(chatId, change.cursor) : []
      case 'typing': {
        const visitor = change.typing.find(({ side }) => side === 'user')
        return [{ type: 'typing', chatId, name: visitor?.name ?? null, active: visitor !== undefined }]
      }
      case 'draft':
        return [{ type: 'botDraft', chatId, text: change.text }]
      default:
        return []
    }
  }

  private everything(feed: Feed): SessionEvent[] {
    const entries = this.entries(feed, feed.messages).map((entry) => ({ type: 'entry', entry }) as const)
    return feed.conversation ? [{ type: 'chat', chat: chatFromWire(feed.conversation) }, ...entries] : entries
  }

  private onConversation(conversation: AdminConversation): void {
    this.tell({ type: 'chat', chat: chatFromWire(conversation) })
    this.onTeam()
  }

  private onOffer(change: OfferChange): void {
    const offer = offerFromWire(change.offer)
    if (change.type === 'offered') this.tell({ type: 'offer', offer })
    else this.tell({ type: 'offerEnded', offer, outcome: change.outcome ?? 'missed' })
  }

  private onState(state: ConnectionState): void {
    if (state.phase === 'refused') this.tell({ type: 'loggedOut', reason: state.error.message })
    const connected = state.phase === 'connected'
    if (connected && !this.wasConnected && this.wasCut) this.tell({ type: 'resync' })
    this.wasCut ||= state.phase === 'waiting'
    this.wasConnected = connected
    this.tell({ type: 'connection', connection: this.connection(state) })
  }

  private connection(state: ConnectionState): Connection {
    const unsent = this.live.outbox.pending().length
    if (state.phase === 'connected') return { phase: 'online', latencyMs: state.roundTripMs, unsent }
    if (state.phase === 'waiting') return { phase: 'offline', retryAt: state.nextAttemptAt, unsent }
    return this.wasCut ? { phase: 'offline', retryAt: null, unsent } : { phase: 'connecting' }
  }
}

function receipts(chatId: string, cursor: { delivered: number; read: number }): SessionEvent[] {
  return [
    { type: 'receipt', chatId, status: 'delivered', upTo: cursor.delivered },
    { type: 'receipt', chatId, status: 'read', upTo: cursor.read },
  ]
}
