import type * as model from '../model.js'
import type { New } from './rows.js'

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
