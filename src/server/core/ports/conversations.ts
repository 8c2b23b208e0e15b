import type * as model from '../model.js'
import type { KeyPage, New, Patch } from './rows.js'

export interface ConversationFilter {
  status?: model.ConversationStatus
  handler?: model.Handler
  /** null: nobody. */
  assigneeKey?: number | null
  contactKey?: number
  tag?: string
  keys?: number[]
}

/** What a new public message does to its conversation, in one statement. */
export interface Advance {
  at: number
  fromContact: boolean
}

export interface ConversationQueries {
  insert(conversation: New<model.Conversation>): Promise<model.Conversation>
  byId(appKey: number, id: string): Promise<model.Conversation | undefined>
  byKey(key: number): Promise<model.Conversation | undefined>
  byKeys(keys: number[]): Promise<model.Conversation[]>
  /** The same row, locked until the transaction ends (Postgres: FOR UPDATE; SQLite: a plain read, one writer). */
  lock(key: number): Promise<model.Conversation | undefined>
  /** Next sequence and revision for a public message. Prepared: this is the message path. */
  advance(key: number, advance: Advance): Promise<model.ConversationStep | undefined>
  /** The same lock for what needs no more than a step: a receipt, of which there are as many as messages. */
  lockStep(key: number): Promise<model.ConversationStep | undefined>
  /** Next revision where nothing else changes. Prepared, for receipts. */
  nextRevision(key: number): Promise<model.ConversationStep | undefined>
  /** Next revision for any other change, with the fields that change. */
  revise(key: number, patch: Patch<model.Conversation>): Promise<model.Conversation | undefined>
  /** Fields that no client watches: takes no revision. */
  patch(key: number, patch: Patch<model.Conversation>): Promise<void>
  /** The contact's newest conversation of kind support in one of these states. */
  newestOfContact(
    contactKey: number,
    statuses: model.ConversationStatus[],
  ): Promise<model.Conversation | undefined>
  /** Support conversations, newest first. */
  list(appKey: number, filter: ConversationFilter, page: KeyPage): Promise<model.Conversation[]>
  snoozedUntil(at: number, limit: number): Promise<model.Conversation[]>
  /** Of support conversations. */
  countByState(
    appKey: number,
  ): Promise<{ status: model.ConversationStatus; handler: model.Handler | null; count: number }[]>
  addTag(conversationKey: number, appKey: number, tag: string): Promise<boolean>
  removeTag(conversationKey: number, tag: string): Promise<boolean>
  tags(conversationKeys: number[]): Promise<{ conversationKey: number; tag: string }[]>
  appTags(appKey: number): Promise<{ tag: string; count: number }[]>
  insertRating(rating: model.Rating): Promise<boolean>
  insertChange(change: model.Change): Promise<void>
  /** Ascending by revision, at most `limit`. */
  changesAfter(key: number, revision: number, limit: number): Promise<model.Change[]>
  /** The last change with at most this revision: from it follows the sequence that belonged to a revision. */
  changeAtOrBefore(key: number, revision: number): Promise<model.Change | undefined>
  /** Deletes the conversation with all that hangs on it. */
  remove(key: number): Promise<void>
}
