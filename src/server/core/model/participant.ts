export type ParticipantType = 'contact' | 'agent' | 'bot'
export type ParticipantRole = 'owner' | 'admin' | 'member'

export interface Participant {
  key: number
  conversationKey: number
  type: ParticipantType
  memberKey: number
  role: ParticipantRole
  joinedAt: number
  leftAt: number | null
  readSequence: number
  readAt: number | null
  deliveredSequence: number
  deliveredAt: number | null
  /** What the participant deleted for themselves: nothing up to this sequence is shown to them. */
  hiddenThrough: number
}
