import type { ReplyHqError } from '../errors.js'
import type { Unsubscribe } from './ports.js'
import type { Message } from './wire.js'

/** A message that the server has not acknowledged yet. */
export interface PendingMessage<Draft> {
  readonly localId: string
  readonly conversationId: string
  readonly draft: Draft
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** `failed` was refused and waits for `retry` or `discard`; the others go by themselves. */
  readonly state: 'waiting' | 'sending' | 'failed'
  readonly error: ReplyHqError | null
}

/** A pending message as it is kept between two processes. */
export interface StoredMessage {
  readonly localId: string
  readonly conversationId: string
  readonly draft: object
  readonly createdAt: number
}

/** Where pending messages outlive the process. `save` gets all of them, in order, after every change. */
export interface OutboxStorage {
  load(): StoredMessage[]
  save(messages: readonly StoredMessage[]): void
}

export type OutboxChange<Draft> =
  | { readonly type: 'pending'; readonly message: PendingMessage<Draft> }
  /** Acknowledged: stored by the server for good. */
  | {
      readonly type: 'sent'
      readonly localId: string
      readonly conversationId: string
      readonly message: Message
    }
  | { readonly type: 'discarded'; readonly localId: string; readonly conversationId: string }

/** What waits to be sent: once each and in order per conversation, across cuts and restarts. */
export interface Outbox<Draft> {
  /**
   * Takes a message; it goes as soon as it can. A conversation id that begins with `local:` names one that has
   * not begun on the server: its messages wait for `move`.
   */
  add(conversationId: string, draft: Draft): PendingMessage<Draft>
  pending(conversationId?: string): PendingMessage<Draft>[]
  /** Sends a failed one again; `changes` as for a new `expect_sequence`. */
  retry(localId: string, changes?: Partial<Draft>): void
  discard(localId: string): void
  /** Gives waiting messages to another conversation, as when they were written before it began. */
  move(fromConversationId: string, toConversationId: string): void
  /** Settles when the server acknowledged; rejects with the refusal, also when it was discarded. */
  settled(localId: string): Promise<Message>
  subscribe(listener: (change: OutboxChange<Draft>) => void): Unsubscribe
}
