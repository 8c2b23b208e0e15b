/** The terminal UI's own picture of what the server tells. Times are milliseconds since 1970. */

export type Priority = 'high' | 'normal' | 'low'
export type Availability = 'online' | 'away' | 'offline'
export type ChatStatus = 'open' | 'snoozed' | 'closed'
export type Handler = 'bot' | 'queue' | 'agent'

export interface Person {
  readonly id: string
  readonly name: string
}

export interface AppChoice extends Person {
  readonly role: string
}

/** Who is logged in, and where. */
export interface Identity {
  readonly agent: Person
  readonly app: AppChoice
  readonly apps: readonly AppChoice[]
}

/** A conversation as the lists and the header need it. */
export interface Chat {
  readonly id: string
  readonly name: string
  readonly status: ChatStatus
  readonly handler: Handler | null
  readonly channel: string
  readonly contactId: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly assignee: Person | null
  readonly priority: Priority
  readonly subject: string | null
  readonly tags: readonly string[]
  readonly lastSequence: number
  readonly revision: number
  readonly unreadCount: number
  readonly lastMessage: LastMessage | null
  readonly waitingSince: number | null
  readonly online: boolean
  readonly metadata: Readonly<Record<string, unknown>>
  readonly createdAt: number
  readonly rating: number | null
  /** When it comes back by itself, while it is put aside. */
  readonly snoozedUntil: number | null
}

export interface LastMessage {
  readonly sender: Sender
  readonly body: string
  readonly at: number
}

export type Sender = 'user' | 'agent' | 'bot' | 'system'
export type EntryStatus = 'sending' | 'failed' | 'sent' | 'delivered' | 'read'

/** One line of a transcript: a message, a private note, or one that is still on its way. */
export interface Entry {
  readonly id: string
  readonly localId: string | null
  readonly chatId: string
  /** Null for a note and for what the server has not stored yet. */
  readonly sequence: number | null
  readonly afterSequence: number
  readonly revision: number
  readonly sender: Sender
  readonly senderId: string | null
  readonly senderName: string
  readonly body: string
  readonly attachments: readonly Attachment[]
  readonly reactions: readonly { readonly emoji: string; readonly count: number }[]
  readonly status: EntryStatus
  readonly internal: boolean
  readonly at: number
  readonly edited: boolean
  readonly deleted: boolean
}

/** A file that hangs on a message. Its type was found in its content, its name is the sender's word. */
export interface Attachment {
  readonly id: string
  readonly name: string
  readonly mimeType: string
  readonly size: number
}

/** A conversation that a search has found, and the newest message in it that matches. */
export interface Found {
  readonly chat: Chat
  readonly match: FoundMessage | null
}

export interface FoundMessage extends LastMessage {
  readonly id: string
  /** Its sequence; of a note the one behind which it stands. */
  readonly sequence: number
  readonly senderName: string
  readonly internal: boolean
}

export interface TagCount {
  readonly tag: string
  readonly count: number
}

export interface QueueItem {
  readonly chatId: string
  readonly name: string
  readonly priority: Priority
  readonly reason: string | null
  readonly requestedAt: number
  readonly online: boolean
  readonly preview: string | null
}

/** A waiting chat that the server puts before this agent alone, for a while. */
export interface Offer {
  readonly chatId: string
  readonly name: string
  readonly priority: Priority
  readonly waitingSince: number | null
  readonly preview: string | null
  readonly endsAt: number
}

/** `missed`: it ended while there was no connection. */
export type OfferOutcome = 'accepted' | 'declined' | 'expired' | 'withdrawn' | 'missed'

export interface Teammate extends Person {
  readonly availability: Availability
  readonly connected: boolean
  readonly capacity: number
  readonly active: number
  readonly role: string
}

export interface CannedReply {
  readonly name: string
  readonly text: string
}

/** What is known of a visitor beyond the conversation. */
export interface Visitor {
  readonly contactId: string
  readonly locale: string | null
  readonly timezone: string | null
  readonly lastSeenAt: number | null
  readonly attributes: Readonly<Record<string, unknown>>
  /** Their other conversations, newest first. */
  readonly history: readonly Chat[]
}

export type Connection =
  | { readonly phase: 'connecting' }
  | { readonly phase: 'online'; readonly latencyMs: number | null; readonly unsent: number }
  | { readonly phase: 'offline'; readonly retryAt: number | null; readonly unsent: number }
