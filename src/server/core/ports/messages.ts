import type * as model from '../model.js'
import type { New } from './rows.js'

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
