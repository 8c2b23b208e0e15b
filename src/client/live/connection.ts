import { systemClock } from '../clock.js'
import { type FeedPorts, LiveConversationFeed } from '../feeds/conversation-feed.js'
import { MessageOutbox } from '../outbox/outbox.js'
import type { MessagePage } from '../types/admin.js'
import type { ConversationFeed } from '../types/feeds.js'
import type { ConnectionState, LiveConnection, LiveOptions, Side } from '../types/live.js'
import type { OutboxChange } from '../types/outbox.js'
import type { ClientClock, Unsubscribe } from '../types/ports.js'
import type { Message } from '../types/wire.js'
import { Link, type LinkOptions } from './link.js'
import { routeEvents } from './routing.js'
import { TypingSender } from './typing-sender.js'

export interface ConnectionParts extends Pick<LinkOptions, 'url' | 'namespace' | 'credentials'> {
  readonly older: (conversationId: string, beforeSequence: number, limit?: number) => Promise<MessagePage>
}

const defaults = {
  ackTimeout: 10_000,
  connectTimeout: 10_000,
  pingInterval: 15_000,
  backoff: { first: 500, longest: 15_000 },
  transports: ['websocket', 'polling'],
} as const

/** A live connection of either side: the socket, what waits to be sent, and the feeds over it. */
export class Connection<Of extends Side> implements LiveConnection<Of> {
  readonly clock: ClientClock
  readonly outbox: MessageOutbox<Of['draft']>
  readonly #link: Link
  readonly #older: ConnectionParts['older']
  readonly #feeds = new Map<string, LiveConversationFeed<Of>>()
  readonly #typing: TypingSender

  constructor(parts: ConnectionParts, options: LiveOptions) {
    const { older, ...link } = parts
    this.clock = options.clock ?? systemClock
    this.#older = older
    this.#link = new Link({ ...defaults, ...defined(options), ...link, clock: this.clock })
    this.outbox = new MessageOutbox<Of['draft']>({
      clock: this.clock,
      storage: options.outbox,
      ready: () => this.#link.connected,
      send: (conversationId, draft) => this.#send(conversationId, draft),
    })
    this.#typing = new TypingSender(this.clock, (name, conversationId) => {
      this.#link.request(name, { conversation_id: conversationId }).catch(() => {})
    })
    this.outbox.subscribe((change) => this.#outboxChanged(change))
    this.#link.onState((state) => this.#stateChanged(state))
    routeEvents<Of>(this.#link, (conversationId) => this.#feeds.get(conversationId))
    this.#link.on('sync:required', () => this.#resync())
    this.#link.onConnected(() => {
      this.#resync()
      this.outbox.advance()
    })
    this.#link.start()
  }

  get state(): ConnectionState {
    return this.#link.state
  }

  onState(listener: (state: ConnectionState) => void): Unsubscribe {
    return this.#link.onState(listener)
  }

  on<Name extends keyof Of['pushes'] & string>(
    name: Name,
    listener: (payload: Of['pushes'][Name]) => void,
  ): Unsubscribe {
    return this.#link.on(name, listener)
  }

  request<Name extends keyof Of['events'] & keyof Of['acks'] & string>(
    name: Name,
    payload: Of['events'][Name],
  ): Promise<Of['acks'][Name]> {
    return this.#link.request(name, payload)
  }

  conversation(id: string): ConversationFeed<Of> {
    const known = this.#feeds.get(id)
    if (known !== undefined) return known.hold()
    const feed = new LiveConversationFeed<Of>(id, this.#feedPorts())
    this.#feeds.set(id, feed)
    return feed
  }

  typing(conversationId: string, isTyping: boolean): void {
    if (this.#link.connected) this.#typing.set(conversationId, isTyping)
  }

  reconnect(): void {
    this.#link.attempt()
  }

  close(): void {
    this.#link.close()
  }

  async #send(conversationId: string, draft: object): Promise<Message> {
    const payload = { ...draft, conversation_id: conversationId }
    const { message } = await this.#link.request<{ message: Message }>('message:send', payload)
    return message
  }

  #feedPorts(): FeedPorts<Of> {
    return {
      clock: this.clock,
      outbox: this.outbox,
      connected: () => this.#link.connected,
      request: (name, payload) => this.#link.request(name, payload),
      older: this.#older,
      released: (id) => this.#feeds.delete(id),
    }
  }

  #outboxChanged(change: OutboxChange<Of['draft']>): void {
    if (change.type === 'sent') this.#feeds.get(change.message.conversation_id)?.message(change.message)
    const id = change.type === 'pending' ? change.message.conversationId : change.conversationId
    this.#feeds.get(id)?.pendingChanged()
  }

  #resync(): void {
    for (const feed of this.#feeds.values()) feed.resync()
  }

  #stateChanged({ phase }: ConnectionState): void {
    if (phase === 'connected') return
    for (const feed of this.#feeds.values()) feed.disconnected()
  }
}

/** An option given as undefined must not hide its default. */
function defined<Options extends object>(options: Options): Partial<Options> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Partial<Options>
}
