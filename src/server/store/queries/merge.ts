import { and, eq, inArray, isNotNull, or, sql } from 'drizzle-orm'
import type { Participant } from '../../core/model.js'
import { type Access, first } from './access.js'

/** Moves conversations, devices, messages and participations of one contact to another. */
export async function moveEverything(access: Access, fromKey: number, toKey: number): Promise<void> {
  const { db, schema } = access
  const { attachments, conversations, devices } = schema
  const threads = await threadsOf(access, fromKey)
  await moveMessages(access, threads, fromKey, toKey)
  await moveReactions(access, threads, fromKey, toKey)
  await moveParticipations(access, fromKey, toKey)
  await moveHidden(access, fromKey, toKey)
  await renameDirect(access, threads, fromKey, toKey)
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

// Where both take part, one participation is left.
async function moveParticipations({ db, schema: { participants } }: Access, from: number, to: number) {
  const moving = await db
    .delete(participants)
    .where(and(eq(participants.type, 'contact'), eq(participants.memberKey, from)))
    .returning()
  for (const { key: _, ...participant } of moving) {
    const kept = and(
      eq(participants.conversationKey, participant.conversationKey),
      eq(participants.type, 'contact'),
      eq(participants.memberKey, to),
    )
    const there = await first(db.select().from(participants).where(kept))
    if (there === undefined) await db.insert(participants).values({ ...participant, memberKey: to })
    else await db.update(participants).set(together(there, participant)).where(kept)
  }
}

const ranks = ['member', 'admin', 'owner'] as const

/** The further cursors, the higher role, and nothing hidden that one of the two could see. */
function together(kept: Participant, moved: Omit<Participant, 'key'>): Partial<Participant> {
  const further = moved.readSequence > kept.readSequence ? moved : kept
  const { readSequence, readAt, deliveredSequence, deliveredAt } = further
  return {
    readSequence,
    readAt,
    deliveredSequence,
    deliveredAt,
    role: ranks[Math.max(ranks.indexOf(kept.role), ranks.indexOf(moved.role))] ?? 'member',
    joinedAt: Math.min(kept.joinedAt, moved.joinedAt),
    leftAt: kept.leftAt === null || moved.leftAt === null ? null : Math.max(kept.leftAt, moved.leftAt),
    hiddenThrough: Math.min(kept.hiddenThrough, moved.hiddenThrough),
  }
}

async function moveHidden({ db, schema: { hiddenMessages } }: Access, from: number, to: number) {
  const moving = await db.delete(hiddenMessages).where(eq(hiddenMessages.contactKey, from)).returning()
  for (const { messageKey } of moving)
    await db.insert(hiddenMessages).values({ messageKey, contactKey: to }).onConflictDoNothing()
}

// A direct conversation is found by its two contacts. One that would be found beside another, or that is now of one
// person with themselves, stays readable and is found by its id alone.
async function renameDirect(
  { db, schema: { conversations } }: Access,
  threads: number[],
  from: number,
  to: number,
) {
  const direct = await db
    .select()
    .from(conversations)
    .where(and(inArray(conversations.key, threads), isNotNull(conversations.directKey)))
  for (const { key, appKey, directKey } of direct) {
    const others = (directKey ?? '')
      .split(':')
      .map(Number)
      .filter((contact) => contact !== from)
    const name = [...others, to].sort((one, two) => one - two).join(':')
    const named = and(eq(conversations.appKey, appKey), eq(conversations.directKey, name))
    const free =
      !others.includes(to) && (await first(db.select().from(conversations).where(named))) === undefined
    await db
      .update(conversations)
      .set({ directKey: free ? name : null })
      .where(eq(conversations.key, key))
  }
}
