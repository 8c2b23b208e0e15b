import type { Json } from './json.js'
import type { Priority } from './queue.js'

export type ConversationKind = 'support' | 'direct' | 'group'
export type ConversationStatus = 'open' | 'snoozed' | 'closed'
export type Handler = 'bot' | 'queue' | 'agent'

export interface ConversationSummary {
  messages: { contact: number; agent: number; bot: number; system: number }
  waitingSeconds: number | null
  firstReplySeconds: number | null
  totalSeconds: number
  transferred: boolean
  rating: number | null
}

export interface Conversation {
  key: number
  id: string
  appKey: number
  kind: ConversationKind
  channel: string
  contactKey: number | null
  deviceId: string | null
  status: ConversationStatus
  handler: Handler | null
  priority: Priority
  assigneeKey: number | null
  subject: string | null
  metadata: Json
  botContext: Json | null
  lastSequence: number
  revision: number
  lastContactSequence: number
  lastMessageAt: number | null
  snoozedUntil: number | null
  transferred: boolean
  firstReplyAt: number | null
  waitedMs: number | null
  /** When this round began: at its creation or last reopening, and the sequence before it. */
  openedAt: number
  openedSequence: number
  closings: number
  summary: ConversationSummary | null
  /** Of a direct conversation: its two contacts, in the order of their keys. */
  directKey: string | null
  createdAt: number
  updatedAt: number
  closedAt: number | null
}

/** What a message needs to know of its conversation: the message path reads no more. */
export type ConversationStep = Pick<
  Conversation,
  | 'key'
  | 'status'
  | 'handler'
  | 'priority'
  | 'lastSequence'
  | 'revision'
  | 'lastContactSequence'
  | 'firstReplyAt'
  | 'closedAt'
>

/** A receipt's kind says whose cursor moved. */
export type ChangeKind = 'message' | 'conversation' | 'receipt_by_contact' | 'receipt_by_agent'

export interface Change {
  conversationKey: number
  revision: number
  kind: ChangeKind
  messageKey: number | null
  internal: boolean
  sequence: number
  fromSequence: number | null
  toSequence: number | null
  at: number
}

export interface Rating {
  conversationKey: number
  closing: number
  appKey: number
  score: number
  comment: string | null
  at: number
}
