import type * as model from '../model.js'
import type { KeyPage, New } from './rows.js'

export interface AuditQueries {
  insert(event: New<model.AuditEvent>): Promise<void>
  /** Newest first; appKey null lists the instance's own events. */
  list(appKey: number | null, page: KeyPage & { action?: string }): Promise<model.AuditEvent[]>
  /** The key of the newest event of all; 0 where there is none. */
  newestKey(): Promise<number>
  /** What operators did behind this key: the keys of events and of their apps, null for the instance's own; ascending. */
  byOperatorsSince(key: number): Promise<{ key: number; appKey: number | null }[]>
}
