import type { ActorRef, ConversationRef, ConversationView, PresenceEvent } from '../events.js'
import type { Attachment, Contact, GivenReaction, Message } from '../model.js'
import type { ParticipantView } from '../ports/members.js'

// What the outside is told of a thing: pure, camelCase, times in RFC 3339 with milliseconds. A contact goes by what
// the host application calls them, and by the id that was given here where the host has no name for them.

/** Gives the address under which a file can be fetched. */
export type FileLink = (attachment: Attachment) => string

export const userIdOf = ({ id, externalId }: Pick<ActorRef, 'id' | 'externalId'>): string | null =>
  externalId ?? id

const time = (at: number): string => new Date(at).toISOString()
const timeOrNull = (at: number | null): string | null => (at === null ? null : time(at))

/** Never of an internal note: those stay inside. */
export function messageFact(from: Message, link: FileLink) {
  const senderId = userIdOf({ id: from.senderId, externalId: from.senderExternalId })
  return {
    id: from.id,
    conversationId: from.conversationId,
    sequence: from.sequence,
    senderId,
    sender: { id: senderId, type: from.senderType, name: from.senderName },
    type: from.type,
    content: from.body,
    attachments: from.attachments.map((file) => attachmentFact(file, link)),
    replyTo: from.replyTo,
    reactions: reactionCounts(from.reactions),
    metadata: from.metadata ?? {},
    localId: from.localId,
    isEdited: from.editedAt !== null,
    isDeleted: from.deletedAt !== null,
    createdAt: time(from.createdAt),
    updatedAt: time(from.deletedAt ?? from.editedAt ?? from.createdAt),
    deletedAt: timeOrNull(from.deletedAt),
  }
}

export const attachmentFact = (file: Attachment, link: FileLink) => ({
  id: file.id,
  name: file.name,
  mimeType: file.mimeType,
  size: file.size,
  width: file.width,
  height: file.height,
  url: link(file),
})

export interface ReactionCount {
  emoji: string
  count: number
  userIds: string[]
}

/** One entry for each emoji, in the order in which they came. */
export function reactionCounts(reactions: readonly GivenReaction[]): ReactionCount[] {
  const byEmoji = new Map<string, ReactionCount>()
  for (const { emoji, userId } of reactions) {
    const entry = byEmoji.get(emoji) ?? { emoji, count: 0, userIds: [] }
    entry.count++
    if (userId !== null) entry.userIds.push(userId)
    byEmoji.set(emoji, entry)
  }
  return [...byEmoji.values()]
}

/** As much of a view as is told; the rest of it is only for those who watch. */
export type ToldConversation = Pick<
  ConversationView,
  'conversation' | 'contact' | 'assignee' | 'participants' | 'lastMessage'
>

/** A conversation as webhooks and the hybrid wire show it; times RFC 3339 in UTC. */
export function conversationFact(view: ToldConversation, link: FileLink) {
  const { conversation: from, contact, assignee, lastMessage } = view
  return {
    id: from.id,
    type: from.kind,
    title: from.subject,
    status: from.status,
    handler: from.handler,
    channel: from.channel,
    priority: from.priority,
    participants: view.participants.map(participantOf),
    contact: contact && { ...contact, id: contact.externalId ?? contact.id, contactId: contact.id },
    assignee,
    metadata: from.metadata,
    lastMessage: lastMessage && messageFact(lastMessage, link),
    createdAt: time(from.createdAt),
    updatedAt: time(from.updatedAt),
    closedAt: timeOrNull(from.closedAt),
  }
}

const participantOf = (participant: ParticipantView) => ({
  userId: participant.userId,
  name: participant.name,
  avatar: participant.avatar,
  role: participant.role,
  joinedAt: time(participant.joinedAt),
  lastReadSequence: participant.readSequence,
})

/** Somebody came into a direct or group conversation, or left it. */
export const participantFact = (
  { conversationId }: Pick<ConversationRef, 'conversationId'>,
  { userId, name, role }: ParticipantView,
  at: number,
) => ({ conversationId, userId, name, role, timestamp: time(at) })

/** `message` as it is after the change: `totalCount` is how many gave this emoji now. */
export const reactionFact = (message: Message, by: ActorRef, emoji: string) => ({
  messageId: message.id,
  conversationId: message.conversationId,
  emoji,
  userId: userIdOf(by),
  totalCount: message.reactions.filter((reaction) => reaction.emoji === emoji).length,
})

export const contactFact = (contact: Contact) => ({
  id: contact.externalId ?? contact.id,
  contactId: contact.id,
  externalId: contact.externalId,
  name: contact.name,
  email: contact.email,
  phone: contact.phone,
  avatar: contact.avatar,
  locale: contact.locale,
  timezone: contact.timezone,
  attributes: contact.attributes,
  createdAt: time(contact.createdAt),
  updatedAt: time(contact.updatedAt),
})

/** Somebody came online, or went: then with when they were last there. */
export const presenceFact = (event: Pick<PresenceEvent, 'id' | 'externalId' | 'online' | 'at'>) => ({
  userId: userIdOf(event),
  ...(event.online ? {} : { lastSeen: time(event.at) }),
  timestamp: time(event.at),
})
