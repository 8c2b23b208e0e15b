import type {
  Availability,
  CannedReply,
  Chat,
  Connection,
  Entry,
  Found,
  Identity,
  Offer,
  OfferOutcome,
  Person,
  QueueItem,
  TagCount,
  Teammate,
  Visitor,
} from './model.js'

/** What the server tells by itself. */
export type SessionEvent =
  | { readonly type: 'connection'; readonly connection: Connection }
  | { readonly type: 'entry'; readonly entry: Entry }
  | { readonly type: 'entryDeleted'; readonly chatId: string; readonly id: string }
  | {
      readonly type: 'reactions'
      readonly chatId: string
      readonly id: string
      readonly reactions: Entry['reactions']
    }
  | {
      readonly type: 'receipt'
      readonly chatId: string
      readonly status: 'delivered' | 'read'
      readonly upTo: number
    }
  | { readonly type: 'failed'; readonly chatId: string; readonly localId: string }
  | { readonly type: 'chat'; readonly chat: Chat }
  | {
      readonly type: 'typing'
      readonly chatId: string
      readonly name: string | null
      readonly active: boolean
    }
  | { readonly type: 'queue'; readonly items: readonly QueueItem[]; readonly size: number }
  | { readonly type: 'offer'; readonly offer: Offer }
  | { readonly type: 'offerEnded'; readonly offer: Offer; readonly outcome: OfferOutcome }
  /** The bot's reply as far as it is written; null when it writes none. */
  | { readonly type: 'botDraft'; readonly chatId: string; readonly text: string | null }
  | { readonly type: 'team'; readonly team: readonly Teammate[] }
  | { readonly type: 'presence'; readonly contactId: string; readonly online: boolean }
  | { readonly type: 'resync' }
  | { readonly type: 'loggedOut'; readonly reason: string }

/** A chat with the entries that were asked for; `hasMore` tells that older ones exist. */
export interface OpenedChat {
  readonly chat: Chat
  readonly entries: readonly Entry[]
  readonly hasMore: boolean
}

export interface Outgoing {
  readonly chatId: string
  readonly localId: string
  readonly body: string
  readonly internal: boolean
  /** The last sequence that the agent has seen; not sent with a note. */
  readonly expectSequence: number
}

/** A refusal by the server, or its absence. */
export class SessionError extends Error {
  override name = 'SessionError'

  constructor(
    readonly code: string,
    message: string,
    /** Who has the chat, when a claim was lost. */
    readonly assignee: Person | null = null,
    /** The newer message, when a guarded send came too late. */
    readonly latest: Entry | null = null,
  ) {
    super(message)
  }
}

/** Everything that the terminal UI asks of the server. Each promise rejects with a `SessionError`. */
export interface Session {
  readonly identity: Identity
  /** Calls `listener` with every event until the session ends. */
  listen(listener: (event: SessionEvent) => void): void
  queue(): Promise<{ items: readonly QueueItem[]; size: number }>
  mine(): Promise<readonly Chat[]>
  /** Open chats that the bot handles, the newest ones. */
  bots(): Promise<readonly Chat[]>
  team(): Promise<readonly Teammate[]>
  cannedReplies(): Promise<readonly CannedReply[]>
  visitor(chat: Chat): Promise<Visitor>
  /** Conversations with a message that has all the words, the newest ones. */
  search(query: string): Promise<readonly Found[]>
  /** The agent's chats that are put aside. */
  snoozed(): Promise<readonly Chat[]>
  open(chatId: string): Promise<OpenedChat>
  /** Follows a chat no longer. */
  leave(chatId: string): void
  /** The page before the oldest entry; `limit` at most 200. */
  older(chatId: string, limit?: number): Promise<Pick<OpenedChat, 'entries' | 'hasMore'>>
  send(outgoing: Outgoing): Promise<Entry>
  claim(chatId: string): Promise<Chat>
  claimNext(): Promise<Chat | null>
  /** Gives an offer back: the next agent is asked. */
  decline(chatId: string): Promise<void>
  release(chatId: string): Promise<Chat>
  transfer(chatId: string, to: { agentId?: string; reason?: string }): Promise<Chat>
  closeChat(chatId: string): Promise<Chat>
  reopen(chatId: string): Promise<Chat>
  /** Puts a chat aside until a time, or until the visitor writes. */
  snooze(chatId: string, until: number): Promise<Chat>
  /** The tags of the app. */
  tags(): Promise<readonly TagCount[]>
  addTag(chatId: string, tag: string): Promise<Chat>
  removeTag(chatId: string, tag: string): Promise<Chat>
  edit(chatId: string, entryId: string, body: string): Promise<Entry>
  /** Takes a message back: it keeps its place and loses its body. */
  remove(chatId: string, entryId: string): Promise<Entry>
  /** Gives up what could not be sent. */
  discard(localId: string): void
  /** The content of a file that hangs on an entry. */
  download(entry: Entry, attachmentId: string): Promise<Uint8Array>
  setAvailability(availability: Availability): Promise<void>
  typing(chatId: string, active: boolean): void
  markRead(chatId: string, upTo: number): void
  end(): Promise<void>
}

/** How to get a session: with a stored or given token, or by logging in. */
export interface Gateway {
  /** A session from what is there already; null when the agent must log in. */
  resume(): Promise<Session | null>
  login(email: string, password: string): Promise<Session>
  /** The same agent in another app. */
  switchApp(session: Session, appId: string): Promise<Session>
  /** Forgets the stored login. */
  forget(): Promise<void>
}
