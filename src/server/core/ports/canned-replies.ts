import type * as model from '../model.js'
import type { New } from './rows.js'

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
