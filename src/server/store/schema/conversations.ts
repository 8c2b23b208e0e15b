import { sql } from 'drizzle-orm'
import type {
  ChangeKind,
  ConversationKind,
  ConversationStatus,
  ConversationSummary,
  Handler,
  Json,
  MessageType,
  ParticipantRole,
  ParticipantType,
  Priority,
  SenderType,
} from '../../core/model.js'
import type { Kit } from '../kit.js'

/** Threads and what is written in them: the message path, so keys are integers and indexes few. */
export function conversationTables(kit: Kit) {
  const { table, key, text, int, big, bool, json, index, uniqueIndex, primaryKey } = kit

  const conversations = table(
    'conversations',
    {
      key: key(),
      id: text('id').notNull(),
      appKey: big('app_key').notNull(),
      kind: text('kind').$type<ConversationKind>().notNull(),
      channel: text('channel').notNull(),
      contactKey: big('contact_key'),
      deviceId: text('device_id'),
      status: text('status').$type<ConversationStatus>().notNull(),
      handler: text('handler').$type<Handler>(),
      priority: text('priority').$type<Priority>().notNull(),
      assigneeKey: big('assignee_key'),
      subject: text('subject'),
      metadata: json<Json>('metadata').notNull(),
      botContext: json<Json>('bot_context'),
      lastSequence: int('last_sequence').notNull().default(0),
      revision: int('revision').notNull().default(0),
      lastContactSequence: int('last_contact_sequence').notNull().default(0),
      lastMessageAt: big('last_message_at'),
      snoozedUntil: big('snoozed_until'),
      transferred: bool('transferred').notNull().default(false),
      firstReplyAt: big('first_reply_at'),
      waitedMs: big('waited_ms'),
      openedAt: big('opened_at').notNull(),
      openedSequence: int('opened_sequence').notNull().default(0),
      closings: int('closings').notNull().default(0),
      summary: json<ConversationSummary>('summary'),
      // Of a direct conversation: its two contacts, so that there is one however often it is begun.
      directKey: text('direct_key'),
      createdAt: big('created_at').notNull(),
      updatedAt: big('updated_at').notNull(),
      closedAt: big('closed_at'),
    },
    (t) => [
      uniqueIndex('conversations_id').on(t.id),
      // What members write to each other is in no list of staff: without it their lists cost the same.
      index('conversations_app').on(t.appKey, t.status, t.key).where(sql`kind = 'support'`),
      index('conversations_contact').on(t.contactKey, t.key),
      index('conversations_assignee').on(t.assigneeKey, t.status),
      index('conversations_closed').on(t.appKey, t.closedAt).where(sql`${t.closedAt} is not null`),
      uniqueIndex('conversations_direct').on(t.appKey, t.directKey).where(sql`${t.directKey} is not null`),
      index('conversations_snoozed').on(t.snoozedUntil).where(sql`${t.snoozedUntil} is not null`),
    ],
  )

  const participants = table(
    'participants',
    {
      key: key(),
      conversationKey: big('conversation_key')
        .notNull()
        .references(() => conversations.key, { onDelete: 'cascade' }),
      type: text('type').$type<ParticipantType>().notNull(),
      memberKey: big('member_key').notNull(),
      role: text('role').$type<ParticipantRole>().notNull(),
      joinedAt: big('joined_at').notNull(),
      leftAt: big('left_at'),
      readSequence: int('read_sequence').notNull().default(0),
      readAt: big('read_at'),
      deliveredSequence: int('delivered_sequence').notNull().default(0),
      deliveredAt: big('delivered_at'),
      // What the participant deleted for themselves: nothing up to here is shown to them.
      hiddenThrough: int('hidden_through').notNull().default(0),
    },
    (t) => [
      uniqueIndex('participants_member').on(t.conversationKey, t.type, t.memberKey),
      index('participants_of').on(t.type, t.memberKey),
    ],
  )

  const messages = table(
    'messages',
    {
      key: key(),
      id: text('id').notNull(),
      conversationKey: big('conversation_key')
        .notNull()
        .references(() => conversations.key, { onDelete: 'cascade' }),
      sequence: int('sequence'),
      afterSequence: int('after_sequence').notNull(),
      revision: int('revision').notNull(),
      localId: text('local_id'),
      // A hash of sender and local id: one integer is what an index on the message path can afford.
      dedupe: big('dedupe'),
      senderType: text('sender_type').$type<SenderType>().notNull(),
      senderKey: big('sender_key'),
      type: text('type').$type<MessageType>().notNull(),
      body: text('body').notNull(),
      internal: bool('internal').notNull(),
      replyTo: text('reply_to'),
      attachmentCount: int('attachment_count').notNull(),
      reactionCount: int('reaction_count').notNull(),
      metadata: json<Json>('metadata'),
      externalId: text('external_id'),
      createdAt: big('created_at').notNull(),
      editedAt: big('edited_at'),
      deletedAt: big('deleted_at'),
    },
    (t) => [
      uniqueIndex('messages_id').on(t.id),
      uniqueIndex('messages_sequence').on(t.conversationKey, t.sequence),
      ...(kit.indexesCheaply
        ? [index('messages_dedupe').on(t.conversationKey, t.dedupe).where(sql`${t.dedupe} is not null`)]
        : []),
      index('messages_notes').on(t.conversationKey, t.afterSequence).where(sql`${t.sequence} is null`),
    ],
  )

  // Every change of a conversation that is not a new public message; those are found by their sequence.
  const changes = table(
    'changes',
    {
      conversationKey: big('conversation_key')
        .notNull()
        .references(() => conversations.key, { onDelete: 'cascade' }),
      revision: int('revision').notNull(),
      kind: text('kind').$type<ChangeKind>().notNull(),
      messageKey: big('message_key'),
      internal: bool('internal').notNull(),
      /** The conversation's last sequence when the change was made. */
      sequence: int('sequence').notNull(),
      /** Of a receipt: the first and last sequence whose status changed. */
      fromSequence: int('from_sequence'),
      toSequence: int('to_sequence'),
      at: big('at').notNull(),
    },
    (t) => [primaryKey({ columns: [t.conversationKey, t.revision] })],
  )

  const reactions = table(
    'reactions',
    {
      messageKey: big('message_key')
        .notNull()
        .references(() => messages.key, { onDelete: 'cascade' }),
      type: text('type').$type<ParticipantType>().notNull(),
      memberKey: big('member_key').notNull(),
      emoji: text('emoji').notNull(),
      createdAt: big('created_at').notNull(),
    },
    (t) => [primaryKey({ columns: [t.messageKey, t.type, t.memberKey, t.emoji] })],
  )

  // Messages that a contact deleted for themselves alone.
  const hiddenMessages = table(
    'hidden_messages',
    {
      messageKey: big('message_key')
        .notNull()
        .references(() => messages.key, { onDelete: 'cascade' }),
      contactKey: big('contact_key').notNull(),
    },
    (t) => [primaryKey({ columns: [t.messageKey, t.contactKey] })],
  )

  const attachments = table(
    'attachments',
    {
      key: key(),
      id: text('id').notNull(),
      appKey: big('app_key').notNull(),
      uploaderType: text('uploader_type').$type<SenderType>().notNull(),
      uploaderKey: big('uploader_key'),
      messageKey: big('message_key').references(() => messages.key, { onDelete: 'set null' }),
      name: text('name').notNull(),
      mimeType: text('mime_type').notNull(),
      size: big('size').notNull(),
      width: int('width'),
      height: int('height'),
      storageKey: text('storage_key').notNull(),
      createdAt: big('created_at').notNull(),
    },
    (t) => [uniqueIndex('attachments_id').on(t.id), index('attachments_message').on(t.messageKey)],
  )

  const conversationTags = table(
    'conversation_tags',
    {
      conversationKey: big('conversation_key')
        .notNull()
        .references(() => conversations.key, { onDelete: 'cascade' }),
      appKey: big('app_key').notNull(),
      tag: text('tag').notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.conversationKey, t.tag] }),
      index('conversation_tags_tag').on(t.appKey, t.tag, t.conversationKey),
    ],
  )

  const ratings = table(
    'ratings',
    {
      conversationKey: big('conversation_key')
        .notNull()
        .references(() => conversations.key, { onDelete: 'cascade' }),
      closing: int('closing').notNull(),
      appKey: big('app_key').notNull(),
      score: int('score').notNull(),
      comment: text('comment'),
      at: big('at').notNull(),
    },
    (t) => [primaryKey({ columns: [t.conversationKey, t.closing] }), index('ratings_app').on(t.appKey, t.at)],
  )

  return {
    conversations,
    participants,
    messages,
    changes,
    reactions,
    hiddenMessages,
    attachments,
    conversationTags,
    ratings,
  }
}
