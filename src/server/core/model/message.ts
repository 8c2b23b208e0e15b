import type { Json } from './json.js'
import type { ParticipantType } from './participant.js'

export type SenderType = 'contact' | 'agent' | 'bot' | 'system'
export type MessageType = 'text' | 'image' | 'file' | 'event'
export type MessageStatus = 'SENT' | 'DELIVERED' | 'READ'

export interface MessageRow {
  key: number
  id: string
  conversationKey: number
  sequence: number | null
  afterSequence: number
  revision: number
  localId: string | null
  dedupe: number | null
  senderType: SenderType
  senderKey: number | null
  type: MessageType
  body: string
  internal: boolean
  replyTo: string | null
  attachmentCount: number
  reactionCount: number
  metadata: Json | null
  externalId: string | null
  createdAt: number
  editedAt: number | null
  deletedAt: number | null
}

/** A message with the sender's public id and name, as the pages give it. */
export interface SentMessage extends MessageRow {
  senderId: string | null
  /** Of a contact: what the host application calls them. */
  senderExternalId: string | null
  senderName: string | null
}

export interface Reaction {
  messageKey: number
  type: ParticipantType
  memberKey: number
  emoji: string
}

/** A reaction with whom it is from: a contact's external id, else the id; null for one who is there no longer. */
export interface GivenReaction extends Reaction {
  userId: string | null
}

/** A message ready to be formatted by any protocol. */
export interface Message extends SentMessage {
  conversationId: string
  /** By the other side's cursor. */
  status: MessageStatus
  reactions: GivenReaction[]
  attachments: Attachment[]
}

export interface Attachment {
  key: number
  id: string
  appKey: number
  uploaderType: SenderType
  uploaderKey: number | null
  messageKey: number | null
  name: string
  mimeType: string
  size: number
  width: number | null
  height: number | null
  storageKey: string
  createdAt: number
}
