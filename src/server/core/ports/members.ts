import type { Contact, Conversation, ConversationKind, Participant, ParticipantRole } from '../model.js'

/** A participant with what is shown of the person. */
export interface ParticipantView extends Participant {
  /** Of a contact the external id, else the id. */
  userId: string
  name: string | null
  avatar: string | null
}

/** One of somebody's conversations. `activeAt` is the time of the last message, or of its creation. */
export interface OwnConversation {
  conversation: Conversation
  participant: Participant
  activeAt: number
}

/** Where a list by last activity goes on. */
export interface ActivityPlace {
  activeAt: number
  key: number
}

/** How somebody comes into a conversation; what was said through `readThrough` is not new to them. */
export interface Joining {
  role: ParticipantRole
  at: number
  readThrough: number
}

/** Direct and group conversations, and the members who take part. */
export interface MemberQueries {
  /** Inserts a direct conversation, unless the two have one already. */
  insertDirect(
    conversation: Omit<Conversation, 'key'> & { directKey: string },
  ): Promise<Conversation | undefined>
  direct(appKey: number, directKey: string): Promise<Conversation | undefined>
  /** Those who are in the conversations now, in the order in which they came. */
  active(conversationKeys: number[]): Promise<ParticipantView[]>
  /** Whether the contact is in the conversation now. Prepared: asked for every message. */
  participant(conversationKey: number, contactKey: number): Promise<Participant | undefined>
  /** Adds contacts or lets them come back; gives those who were not there already. */
  join(conversationKey: number, contactKeys: number[], joining: Joining): Promise<number[]>
  /** Gives false when they are not there. */
  leave(conversationKey: number, contactKey: number, at: number): Promise<boolean>
  setRole(conversationKey: number, contactKey: number, role: ParticipantRole): Promise<void>
  hide(conversationKey: number, contactKey: number, through: number): Promise<void>
  hideMessage(messageKey: number, contactKey: number): Promise<void>
  /** Which of these messages the contact deleted for themselves. */
  hidden(messageKeys: number[], contactKey: number): Promise<number[]>
  /** Where the message with this id stands. Prepared. */
  place(
    appKey: number,
    messageId: string,
  ): Promise<{ messageKey: number; conversationId: string } | undefined>
  /** Of a contact who is in them and has not deleted them: the latest active first, after a place. */
  page(
    contactKey: number,
    options: { kinds?: ConversationKind[]; before?: ActivityPlace; limit: number },
  ): Promise<OwnConversation[]>
  /** Every conversation that the contact is in now, newest first, at most `limit`. */
  joined(
    contactKey: number,
    limit: number,
    kinds?: ConversationKind[],
  ): Promise<{ key: number; id: string }[]>
  /** Whether the contact was ever in a direct or group conversation. */
  hasTalked(contactKey: number): Promise<boolean>
  /** By external ids, of one app. */
  byExternalIds(appKey: number, externalIds: string[]): Promise<Contact[]>
  /** When the host deleted the user with this external id. */
  departedAt(appKey: number, externalId: string): Promise<number | undefined>
  depart(appKey: number, externalId: string, at: number): Promise<void>
  /** The host has these users again. */
  arrive(appKey: number, externalIds: string[]): Promise<void>
}
