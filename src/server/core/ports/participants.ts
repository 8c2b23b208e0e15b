import type * as model from '../model.js'
import type { New } from './rows.js'

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
