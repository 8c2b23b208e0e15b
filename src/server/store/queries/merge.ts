import { and, eq, inArray, or, sql } from 'drizzle-orm'
import type { Access } from './access.js'

/** Moves conversations, devices, messages and participations of one contact to another. */
export async function moveEverything(access: Access, fromKey: number, toKey: number): Promise<void> {
  const { db, schema } = access
  const { attachments, conversations, devices } = schema
  const threads = await threadsOf(access, fromKey)
  await moveMessages(access, threads, fromKey, toKey)
  await moveReactions(access, threads, fromKey, toKey)
  await moveParticipations(access, fromKey, toKey)
  await db.update(conversations).set({ contactKey: toKey }).where(eq(conversations.contactKey, fromKey))
  await db.update(devices).set({ contactKey: toKey }).where(eq(devices.contactKey, fromKey))
  await db
    .update(attachments)
    .set({ uploaderKey: toKey })
    .where(and(eq(attachments.uploaderType, 'contact'), eq(attachments.uploaderKey, fromKey)))
}

async function threadsOf({ db, schema }: Access, contactKey: number): Promise<number[]> {
  const { conversations, participants } = schema
  const joined = db
    .select({ key: participants.conversationKey })
    .from(participants)
    .where(and(eq(participants.type, 'contact'), eq(participants.memberKey, contactKey)))
  const rows = await db
    .select({ key: conversations.key })
    .from(conversations)
    .where(or(eq(conversations.contactKey, contactKey), inArray(conversations.key, joined)))
  return rows.map(({ key }) => key)
}

async function moveMessages(
  { db, schema: { messages } }: Access,
  threads: number[],
  from: number,
  to: number,
) {
  await db
    .update(messages)
    .set({ senderKey: to })
    .where(
      and(
        inArray(messages.conversationKey, threads),
        eq(messages.senderType, 'contact'),
        eq(messages.senderKey, from),
      ),
    )
}

// Where both have reacted alike, one reaction is left.
async function moveReactions({ db, schema }: Access, threads: number[], from: number, to: number) {
  const { messages, reactions } = schema
  const written = db
    .select({ key: messages.key })
    .from(messages)
    .where(inArray(messages.conversationKey, threads))
  const moving = await db
    .delete(reactions)
    .where(
      and(
        inArray(reactions.messageKey, written),
        eq(reactions.type, 'contact'),
        eq(reactions.memberKey, from),
      ),
    )
    .returning()
  for (const reaction of moving) {
    const moved = await db
      .insert(reactions)
      .values({ ...reaction, memberKey: to })
      .onConflictDoNothing()
      .returning({ messageKey: reactions.messageKey })
    if (moved.length > 0) continue
    await db
      .update(messages)
      .set({ reactionCount: sql`${messages.reactionCount} - 1` })
      .where(eq(messages.key, reaction.messageKey))
  }
}

// Where both take part, the further cursors are kept.
async function moveParticipations({ db, schema: { participants } }: Access, from: number, to: number) {
  const moving = await db
    .delete(participants)
    .where(and(eq(participants.type, 'contact'), eq(participants.memberKey, from)))
    .returning()
  for (const { key: _, ...participant } of moving) {
    const { readSequence, readAt, deliveredSequence, deliveredAt } = participant
    await db
      .insert(participants)
      .values({ ...participant, memberKey: to })
      .onConflictDoUpdate({
        target: [participants.conversationKey, participants.type, participants.memberKey],
        set: { readSequence, readAt, deliveredSequence, deliveredAt },
        setWhere: sql`${participants.readSequence} < ${readSequence}`,
      })
  }
}
