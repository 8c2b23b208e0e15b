import type { FoundView } from '../../core/conversations/conversations.js'
import type { AppError } from '../../core/errors.js'
import type { ConversationView } from '../../core/events.js'
import type { Attachment, Message, Reaction, SenderType, SentMessage } from '../../core/model.js'
import { priorityName } from '../../core/model.js'
import type * as v1 from './schemas.js'

/** For whom something is formatted: whose own reactions are `mine`. Null: nobody's in particular. */
export type Reader = { readonly type: 'contact' | 'agent'; readonly key: number } | null

/** Makes the signed link of an attachment. */
export type Link = (attachment: Attachment) => string

let latest = { at: 0, text: new Date(0).toISOString() }

/**
 * RFC 3339, UTC, milliseconds. The last one is kept: a message is written out for each face and for its
 * acknowledgement, with others of the same millisecond between, and printing takes 1 µs.
 */
export function time(at: number): string {
  if (latest.at !== at) latest = { at, text: new Date(at).toISOString() }
  return latest.text
}
export const timeOrNull = (at: number | null): string | null => (at === null ? null : time(at))

const senders = { contact: 'user', agent: 'agent', bot: 'bot', system: 'system' } as const
const sender = (type: SenderType): v1.Message['sender'] => senders[type]

/** A message as this reader sees it: their own reactions are marked, links to files are signed by `link`. */
export function message(from: Message, reader: Reader, link: Link): v1.Message {
  return {
    id: from.id,
    local_id: from.localId,
    conversation_id: from.conversationId,
    sequence: from.sequence,
    after_sequence: from.afterSequence,
    revision: from.revision,
    sender: sender(from.senderType),
    sender_id: from.senderId,
    sender_name: from.senderName,
    type: from.type,
    body: from.body,
    attachments: from.attachments.map((file) => attachment(file, link)),
    reply_to: from.replyTo,
    reactions: reactions(from.reactions, reader),
    status: from.status,
    visibility: from.internal ? 'internal' : 'public',
    created_at: time(from.createdAt),
    edited_at: timeOrNull(from.editedAt),
    deleted_at: timeOrNull(from.deletedAt),
    metadata: (from.metadata ?? {}) as v1.Message['metadata'],
  }
}

/** One entry for each emoji, in the order in which they came. */
export function reactions(from: readonly Reaction[], reader: Reader): v1.Message['reactions'] {
  const byEmoji = new Map<string, v1.Message['reactions'][number]>()
  for (const { emoji, type, memberKey } of from) {
    const entry = byEmoji.get(emoji) ?? { emoji, count: 0, mine: false }
    entry.count++
    if (reader !== null && reader.type === type && reader.key === memberKey) entry.mine = true
    byEmoji.set(emoji, entry)
  }
  return [...byEmoji.values()]
}

export const attachment = (from: Attachment, link: Link): v1.Attachment => ({
  id: from.id,
  name: from.name,
  mime_type: from.mimeType,
  size: from.size,
  width: from.width,
  height: from.height,
  url: link(from),
})

/** What a visitor sees of a conversation. */
export function conversation(view: ConversationView): v1.Conversation {
  const { conversation: from, queue } = view
  return {
    id: from.id,
    app_id: view.appId,
    status: from.status,
    handler: from.handler,
    channel: from.channel,
    visitor_id: view.contact?.id ?? null,
    device_id: from.deviceId,
    user: user(view.contact),
    assignee: view.assignee,
    queue: queue && {
      position: queue.position,
      eta_seconds: queue.etaSeconds,
      priority: priorityName(queue.priority),
    },
    last_sequence: from.lastSequence,
    revision: from.revision,
    unread_count: view.unread.contact,
    metadata: from.metadata as v1.Conversation['metadata'],
    created_at: time(from.createdAt),
    updated_at: time(from.updatedAt),
  }
}

/** What agents see: never for a visitor. */
export function adminConversation(view: ConversationView): v1.AdminConversation {
  const { conversation: from } = view
  return {
    ...conversation(view),
    unread_count: view.unread.agent,
    subject: from.subject,
    priority: from.priority,
    tags: view.tags,
    last_message: view.lastMessage && quoted(view.lastMessage),
    last_message_at: timeOrNull(from.lastMessageAt),
    waiting_since: timeOrNull(view.queue?.requestedAt ?? null),
    snoozed_until: timeOrNull(from.snoozedUntil),
    closed_at: timeOrNull(from.closedAt),
    online: view.online,
    summary: summary(from.summary),
  }
}

/** Null for somebody of whom nothing is known. */
export function user(contact: ConversationView['contact']): v1.User | null {
  if (contact === null) return null
  const { externalId: id, name, email, phone } = contact
  return id === null && name === null && email === null && phone === null ? null : { id, name, email, phone }
}

/** One of a list: after a search with what was found in it. */
export function foundConversation(view: FoundView): v1.FoundConversation {
  const { match } = view
  if (match === undefined) return adminConversation(view)
  const visibility = match.internal ? 'internal' : 'public'
  return {
    ...adminConversation(view),
    match: { ...quoted(match), after_sequence: match.afterSequence, visibility },
  }
}

function quoted(from: SentMessage): NonNullable<v1.AdminConversation['last_message']> {
  return {
    id: from.id,
    sequence: from.sequence,
    sender: sender(from.senderType),
    sender_name: from.senderName,
    body: from.body,
    created_at: time(from.createdAt),
  }
}

function summary(from: ConversationView['conversation']['summary']): v1.AdminConversation['summary'] {
  if (from === null) return null
  return {
    messages: from.messages,
    waiting_seconds: from.waitingSeconds,
    first_reply_seconds: from.firstReplySeconds,
    total_seconds: from.totalSeconds,
    transferred: from.transferred,
    rating: from.rating,
  }
}

/** A refusal. An internal one shows nothing of its cause: that is in the log, under the request's id. */
export function refusal(error: AppError, link: Link, requestId?: string): v1.ErrorBody {
  const { details, assignee, latest } = error.extras
  return {
    error: {
      code: error.code,
      message: error.message,
      ...(details && { details }),
      ...(requestId !== undefined && { request_id: requestId }),
      ...(assignee && { assignee }),
      ...(latest && { latest: message(latest, null, link) }),
    },
  }
}
