import type {
  ConnectionState,
  Conversation,
  Message,
  PendingMessage,
  ReadCursor,
  ReplyHqError,
  TypingPerson,
} from '../client/index.js'

/** How the chat shows itself: as lines for a person, or as events for a program. */
export interface Printer {
  connection(state: ConnectionState, waiting: number): void
  /** The whole of a conversation's state, whenever it changed; `before` is null for the first time. */
  conversation(now: Conversation, before: Conversation | null): void
  /** `history` was there before; `echo` was written in this process, so that a terminal shows it already. */
  message(message: Message, about: { history: boolean; echo: boolean; changed: boolean }): void
  typing(people: readonly TypingPerson[]): void
  /** How far the other side got with the visitor's messages. */
  receipt(cursor: ReadCursor): void
  pending(message: PendingMessage<unknown>): void
  sent(localId: string, message: Message): void
  /** A wish that was refused; the chat goes on. */
  refused(error: ReplyHqError): void
  hint(text: string): void
}
