import type { ReplyHqError } from '../errors.js'
import type { Side } from './live.js'
import type { PendingMessage } from './outbox.js'
import type { Unsubscribe } from './ports.js'
import type { AdminConversation, AdminPushes, Message, QueueEntry } from './wire.js'

export interface TypingPerson {
  readonly side: 'user' | 'agent'
  readonly id: string
  readonly name: string | null
}

/** How far one side of a conversation got, as sequences. */
export interface ReadCursor {
  readonly delivered: number
  readonly read: number
}

export type FeedChange<Of extends Side> =
  /** Loaded, or loaded afresh: draw everything again. */
  | { readonly type: 'loaded' }
  /** `fresh` is a message that was never there before, in the order of the conversation. */
  | { readonly type: 'message'; readonly message: Message; readonly fresh: boolean }
  | { readonly type: 'older'; readonly messages: readonly Message[] }
  | { readonly type: 'status'; readonly by: 'user' | 'agent'; readonly cursor: ReadCursor }
  | { readonly type: 'conversation'; readonly conversation: Of['conversation'] }
  | { readonly type: 'typing'; readonly typing: readonly TypingPerson[] }
  | { readonly type: 'draft'; readonly text: string | null }
  | { readonly type: 'pending'; readonly pending: readonly PendingMessage<Of['draft']>[] }
  | { readonly type: 'failed'; readonly error: ReplyHqError }

/** A conversation as it is now, kept whole across cuts: every message once, in the order of all. */
export interface ConversationFeed<Of extends Side> {
  readonly conversationId: string
  /** Null until loaded. */
  readonly conversation: Of['conversation'] | null
  /** Ascending; a note stands after the sequence that was the last when it was written. */
  readonly messages: readonly Message[]
  readonly pending: readonly PendingMessage<Of['draft']>[]
  readonly typing: readonly TypingPerson[]
  /** The bot's reply as far as it is written; null when it writes none. */
  readonly botDraft: string | null
  readonly hasOlder: boolean
  /** The last sequence that is shown: what a guarded send expects. */
  readonly lastSequence: number
  /** Resolves when it is loaded for the first time; rejects when the server refuses. */
  readonly ready: Promise<void>
  subscribe(listener: (change: FeedChange<Of>) => void): Unsubscribe
  /** Fetches the page before the oldest, of at most 200, 50 when absent; false when there is nothing older. */
  loadOlder(limit?: number): Promise<boolean>
  send(draft: Of['draft']): PendingMessage<Of['draft']>
  /** Moves the own read cursor, to the last message when no sequence is given. Sent when connected. */
  markRead(upToSequence?: number): void
  markDelivered(upToSequence?: number): void
  /** Leaves the room when nobody else holds the feed. */
  close(): void
}

type Added = NonNullable<AdminPushes['queue:changed']['added']>[number]

/** One who waits; `details` are there for those that the snapshot showed. */
export interface QueueItem extends Added {
  readonly details: QueueEntry | null
}

/** The queue as it is now, in the order of service. It holds the first ones; `size` counts all. */
export interface QueueFeed {
  readonly items: readonly QueueItem[]
  readonly size: number
  readonly ready: Promise<void>
  subscribe(listener: () => void): Unsubscribe
  /** Fetches the snapshot again. */
  refresh(): Promise<void>
  close(): void
}

/** A waiting conversation that the server puts before this agent alone, who may claim or decline it. */
export interface Offer {
  readonly conversation: AdminConversation
  /** Milliseconds since 1970, by this machine's clock. */
  readonly expiresAt: number
}

export type OfferChange =
  /** New, or the same one with a newer message. */
  | { readonly type: 'offered'; readonly offer: Offer }
  /** `outcome` is null when it ended while there was no connection. */
  | {
      readonly type: 'ended'
      readonly offer: Offer
      readonly outcome: AdminPushes['queue:offer_ended']['outcome'] | null
    }

/** What is offered to this agent now, in the order in which it came. */
export interface OfferFeed {
  readonly items: readonly Offer[]
  subscribe(listener: (change: OfferChange) => void): Unsubscribe
}
