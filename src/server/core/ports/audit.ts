import type * as model from '../model.js'
import type { KeyPage, New } from './rows.js'

export interface AuditQueries {
  insert(event: New<model.AuditEvent>): Promise<void>
  /** Newest first; appKey null lists the instance's own events. */
  list(appKey: number | null, page: KeyPage & { action?: string }): Promise<model.AuditEvent[]>
}
