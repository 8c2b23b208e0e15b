import type * as model from '../model.js'
import type { OfferQueries } from '../routing/offer.js'
import type { BotTurnQueries } from './bot-turns.js'

/** A page by key: rows before (newest first) or after the key, at most `limit`. */
export interface KeyPage {
  beforeKey?: number
  limit: number
}

type New<Row extends { key: number }> = Omit<Row, 'key'>
type Patch<Row> = Partial<Omit<Row, 'key' | 'id' | 'appKey'>>

export interface AppQueries {
  insert(app: New<model.App>): Promise<model.App>
  update(appKey: number, patch: Patch<model.App>): Promise<model.App | undefined>
  remove(appKey: number): Promise<void>
  byId(id: string): Promise<model.App | undefined>
  byKey(key: number): Promise<model.App | undefined>
  list(): Promise<model.App[]>
}

export interface ApiKeyQueries {
  insert(key: New<model.ApiKey>): Promise<model.ApiKey>
  byHash(hash: string): Promise<model.ApiKey | undefined>
  byId(appKey: number, id: string): Promise<model.ApiKey | undefined>
  list(appKey: number): Promise<model.ApiKey[]>
  update(
    key: number,
    patch: Partial<Pick<model.ApiKey, 'lastUsedAt' | 'expiresAt' | 'revokedAt'>>,
  ): Promise<void>
}

export interface MemberRow {
  agent: model.Agent
  membership: model.Membership
  /** Open conversations assigned to the agent in this app. */
  active: number
}

export interface AgentQueries {
  insert(agent: New<model.Agent>): Promise<model.Agent>
  update(key: number, patch: Patch<model.Agent>): Promise<model.Agent | undefined>
  remove(key: number): Promise<void>
  byId(id: string): Promise<model.Agent | undefined>
  byKey(key: number): Promise<model.Agent | undefined>
  /** The same row, locked until the transaction ends. */
  lock(key: number): Promise<model.Agent | undefined>
  /** The address is stored in lower case. */
  byEmail(email: string): Promise<model.Agent | undefined>
  list(): Promise<model.Agent[]>
  saveMembership(membership: model.Membership): Promise<void>
  removeMembership(appKey: number, agentKey: number): Promise<boolean>
  membership(appKey: number, agentKey: number): Promise<model.Membership | undefined>
  memberships(agentKey: number): Promise<{ app: model.App; membership: model.Membership }[]>
  members(appKey: number): Promise<MemberRow[]>
}

export interface TokenQueries {
  insertRefresh(token: New<model.RefreshToken>): Promise<void>
  refreshByHash(hash: string): Promise<model.RefreshToken | undefined>
  /** Gives false when it was used already: exactly one caller gets true. */
  useRefresh(key: number, at: number): Promise<boolean>
  revokeFamily(family: string, at: number): Promise<void>
  revokeRefreshOf(agentKey: number, at: number): Promise<void>
  insertPersonal(token: New<model.PersonalToken>): Promise<model.PersonalToken>
  personalByHash(hash: string): Promise<model.PersonalToken | undefined>
  touchPersonal(key: number, at: number): Promise<void>
  personalOf(agentKey: number): Promise<model.PersonalToken[]>
  revokePersonal(agentKey: number, id: string, at: number): Promise<boolean>
}

export interface AuditQueries {
  insert(event: New<model.AuditEvent>): Promise<void>
  /** Newest first; appKey null lists the instance's own events. */
  list(appKey: number | null, page: KeyPage & { action?: string }): Promise<model.AuditEvent[]>
}

export interface ContactQueries {
  insert(contact: New<model.Contact>): Promise<model.Contact>
  update(key: number, patch: Patch<model.Contact>): Promise<model.Contact | undefined>
  remove(key: number): Promise<void>
  byId(appKey: number, id: string): Promise<model.Contact | undefined>
  byKey(key: number): Promise<model.Contact | undefined>
  byKeys(keys: number[]): Promise<model.Contact[]>
  /** Locked until the transaction ends, like a conversation. */
  lock(key: number): Promise<void>
  /** Waits until no other transaction is about to give this external id to a contact. */
  lockExternalId(appKey: number, externalId: string): Promise<void>
  byExternalId(appKey: number, externalId: string): Promise<model.Contact | undefined>
  /** Newest first; `text` matches part of name, e-mail, phone or external id, case-blind. */
  list(appKey: number, page: KeyPage & { text?: string }): Promise<model.Contact[]>
  /** Inserts, or updates what is given (not null) of a device that is known. */
  saveDevice(device: New<model.Device>): Promise<model.Device>
  device(appKey: number, deviceId: string): Promise<model.Device | undefined>
  devices(contactKey: number): Promise<model.Device[]>
  setPushToken(deviceKey: number, token: string | null, platform: string): Promise<void>
  /** Moves conversations, devices, messages and participations of one contact to another. */
  moveEverything(fromKey: number, toKey: number): Promise<void>
}

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
  /** Next revision for any other change, with the fields that change. */
  revise(key: number, patch: Patch<model.Conversation>): Promise<model.Conversation | undefined>
  /** Fields that no client watches: takes no revision. */
  patch(key: number, patch: Patch<model.Conversation>): Promise<void>
  /** The contact's newest conversation of kind support in one of these states. */
  newestOfContact(
    contactKey: number,
    statuses: model.ConversationStatus[],
  ): Promise<model.Conversation | undefined>
  /** Newest first. */
  list(appKey: number, filter: ConversationFilter, page: KeyPage): Promise<model.Conversation[]>
  snoozedUntil(at: number, limit: number): Promise<model.Conversation[]>
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

export interface ParticipantQueries {
  /** Inserts the participant when absent. */
  ensure(participant: New<model.Participant>): Promise<void>
  one(
    conversationKey: number,
    type: model.ParticipantType,
    memberKey: number,
  ): Promise<model.Participant | undefined>
  of(conversationKeys: number[]): Promise<model.Participant[]>
  /** Cursors only go forward: gives undefined when neither moved. */
  moveCursors(
    conversationKey: number,
    type: model.ParticipantType,
    memberKey: number,
    cursors: { read: number; delivered: number; at: number },
  ): Promise<model.Participant | undefined>
}

export interface MessageQueries {
  /** Prepared: this is the message path. Gives the new key. */
  insert(message: New<model.MessageRow>): Promise<number>
  /** The message with the same local id from the same sender. Prepared. */
  duplicate(
    conversationKey: number,
    dedupe: number,
    localId: string,
    senderType: model.SenderType,
    senderKey: number | null,
  ): Promise<model.SentMessage | undefined>
  byId(conversationKey: number, id: string): Promise<model.SentMessage | undefined>
  byKeys(keys: number[]): Promise<model.SentMessage[]>
  /** The message with the last sequence of each conversation. */
  newest(conversationKeys: number[]): Promise<model.SentMessage[]>
  /** Public messages after a sequence (and up to `through`) that a side did not send itself, counted up to `limit`. */
  countUnread(
    conversationKey: number,
    afterSequence: number,
    reader: 'contact' | 'agent',
    limit: number,
    through?: number,
  ): Promise<number>
  /** Ascending by sequence, notes (when wanted) after the sequence they stand behind; `after` and `through` are exclusive and inclusive. */
  range(conversationKey: number, after: number, through: number, notes: boolean): Promise<model.SentMessage[]>
  /** Ascending, the first `limit` public ones after a sequence. */
  after(conversationKey: number, sequence: number, limit: number): Promise<model.SentMessage[]>
  /** Ascending, the last `limit` public ones before a sequence. */
  before(conversationKey: number, sequence: number, limit: number): Promise<model.SentMessage[]>
  /** The last sequence that was created at or before a time (0 when none), by binary search over sequences. */
  sequenceAt(conversationKey: number, lastSequence: number, at: number): Promise<number>
  update(
    key: number,
    patch: Partial<
      Pick<
        model.MessageRow,
        'body' | 'revision' | 'editedAt' | 'deletedAt' | 'reactionCount' | 'metadata' | 'attachmentCount'
      >
    >,
  ): Promise<void>
  /** Public messages after `openedSequence`, by sender. */
  countBySender(
    conversationKey: number,
    afterSequence: number,
  ): Promise<{ senderType: model.SenderType; count: number }[]>
  /** Of the whole app since an id (ids sort by time), by sender; notes are not counted. */
  countSince(appKey: number, id: string): Promise<{ senderType: model.SenderType; count: number }[]>
  insertReaction(reaction: model.Reaction & { createdAt: number }): Promise<boolean>
  removeReaction(reaction: model.Reaction): Promise<boolean>
  reactions(messageKeys: number[]): Promise<model.GivenReaction[]>
}

export interface AttachmentQueries {
  insert(attachment: New<model.Attachment>): Promise<model.Attachment>
  byIds(appKey: number, ids: string[]): Promise<model.Attachment[]>
  byId(id: string): Promise<model.Attachment | undefined>
  /** Only those that hang on no message yet; gives how many. */
  attach(keys: number[], messageKey: number): Promise<number>
  of(messageKeys: number[]): Promise<model.Attachment[]>
  removeOf(messageKey: number): Promise<model.Attachment[]>
  /** Those in the contact's conversations, and those that the contact uploaded. */
  removeOfContact(contactKey: number): Promise<model.Attachment[]>
  removeOfApp(appKey: number): Promise<model.Attachment[]>
}

export interface QueueQueries {
  /** Adds the entry and counts it. */
  enter(entry: New<model.QueueEntry>): Promise<model.QueueEntry>
  /** Exactly one caller gets the entry; it is uncounted. */
  leave(
    conversationKey: number,
    leaving: { at: number; claimedByKey: number | null },
  ): Promise<model.QueueEntry | undefined>
  /** Moves an active entry to another priority. */
  reprioritise(conversationKey: number, priority: model.PriorityRank): Promise<model.QueueEntry | undefined>
  active(conversationKey: number): Promise<model.QueueEntry | undefined>
  /** The conversation's last entry, active or not: a release takes its waiting time over. */
  last(conversationKey: number): Promise<model.QueueEntry | undefined>
  head(appKey: number): Promise<model.QueueEntry | undefined>
  /** The active entry that was requested first, over all priorities. */
  longestWaiting(appKey: number): Promise<model.QueueEntry | undefined>
  /** In queue order, after an entry. */
  page(appKey: number, after: model.QueueEntry | undefined, limit: number): Promise<model.QueueEntry[]>
  /** Costs the same with 100,000 waiting: at most 64 counters a level. */
  position(entry: model.QueueEntry): Promise<number>
  sizes(appKey: number): Promise<{ priority: model.PriorityRank; waiting: number }[]>
  averageWait(appKey: number, priority: model.PriorityRank): Promise<number | undefined>
  averageWaits(appKey: number): Promise<{ priority: model.PriorityRank; averageMs: number }[]>
  /** 0.9 old + 0.1 new; the first is taken as it is. */
  recordWait(appKey: number, priority: model.PriorityRank, waitedMs: number): Promise<void>
  /** The next number of a change of the app's queue. */
  nextChange(appKey: number): Promise<number>
  change(appKey: number): Promise<number>
}

export interface CannedReplyQueries {
  insert(reply: New<model.CannedReply>): Promise<model.CannedReply | undefined>
  update(
    key: number,
    patch: Partial<Pick<model.CannedReply, 'name' | 'text' | 'updatedAt'>>,
  ): Promise<model.CannedReply | undefined>
  remove(key: number): Promise<void>
  byId(appKey: number, id: string): Promise<model.CannedReply | undefined>
  /** Shared ones and the agent's own, by name. */
  list(appKey: number, agentKey: number): Promise<model.CannedReply[]>
}

export interface SearchQueries {
  /** Conversations with a matching message, newest match first. Notes count only when `notes`. */
  conversations(
    appKey: number,
    text: string,
    options: { notes: boolean; limit: number; beforeKey?: number },
  ): Promise<{ conversationKey: number; messageKey: number }[]>
  /** After an edit or a deletion of a message that is indexed already. */
  refresh(messageKey: number, body: string | null): Promise<void>
}

export interface StatsQueries {
  /** Means over conversations closed since, in milliseconds and points; null where there are none. */
  averages(
    appKey: number,
    since: number,
  ): Promise<{
    waitedMs: number | null
    firstReplyMs: number | null
    durationMs: number | null
    rating: number | null
  }>
}

export interface InstanceQueries {
  get(name: string): Promise<string | undefined>
  set(name: string, value: string): Promise<void>
}

export interface Queries {
  apps: AppQueries
  apiKeys: ApiKeyQueries
  agents: AgentQueries
  tokens: TokenQueries
  audit: AuditQueries
  contacts: ContactQueries
  conversations: ConversationQueries
  participants: ParticipantQueries
  messages: MessageQueries
  attachments: AttachmentQueries
  queue: QueueQueries
  offers: OfferQueries
  botTurns: BotTurnQueries
  cannedReplies: CannedReplyQueries
  search: SearchQueries
  stats: StatsQueries
  instance: InstanceQueries
}
