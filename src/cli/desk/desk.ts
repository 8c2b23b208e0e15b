import type {
  AdminConversation,
  CannedReply,
  Contact,
  Device,
  Message,
  QueueEntry,
  Stats,
} from '../../client/index.js'
import type { OutsideDesk } from './outside.js'

/** Which conversations a list shows. */
export interface ConversationQuery {
  readonly status?: AdminConversation['status']
  readonly handler?: NonNullable<AdminConversation['handler']>
  /** An agent's id, or `none`. */
  readonly assignee?: string
  readonly tag?: string
  /** A contact's id. */
  readonly contact?: string
  /** Full text. */
  readonly q?: string
}

/** What the commands on conversations need: of a running server, or of the data folder. Shapes are v1's. */
export interface Desk extends OutsideDesk {
  conversations(query: ConversationQuery, limit: number): Promise<AdminConversation[]>
  conversation(id: string): Promise<AdminConversation>
  /** All messages with the notes, oldest first. */
  messages(id: string): Promise<Message[]>
  close(id: string, reason: string | undefined): Promise<AdminConversation>
  contacts(text: string | undefined, limit: number): Promise<Contact[]>
  contact(id: string): Promise<{ contact: Contact; devices: Device[] }>
  queue(limit: number): Promise<{ queue: QueueEntry[]; size: number }>
  stats(): Promise<Stats>
  /** Whether it knows who is connected: only a running server does, and elsewhere the numbers say 0. */
  readonly knowsWhoIsOnline: boolean
  cannedReplies(): Promise<CannedReply[]>
  addCannedReply(name: string, text: string): Promise<CannedReply>
  removeCannedReply(id: string): Promise<void>
}
