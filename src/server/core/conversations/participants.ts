import type { Participant, ParticipantRole, ParticipantType } from '../model.js'

/** Somebody who has just come into a conversation, and has seen nothing of it. */
export const newParticipant = (
  conversationKey: number,
  type: ParticipantType,
  memberKey: number,
  joinedAt: number,
  role: ParticipantRole = 'member',
): Omit<Participant, 'key'> => ({
  conversationKey,
  type,
  memberKey,
  role,
  joinedAt,
  leftAt: null,
  readSequence: 0,
  readAt: null,
  deliveredSequence: 0,
  deliveredAt: null,
  hiddenThrough: 0,
})
