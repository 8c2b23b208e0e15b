import { and, asc, desc, eq, isNull, sql } from 'drizzle-orm'
import type { QueueEntry } from '../../core/model.js'
import type { QueueQueries } from '../../core/ports/queue.js'
import { type Access, first, lazily, named, only, p, placeholders, run } from './access.js'
import { queueCounters } from './queue-counts.js'
import { queueFacts } from './queue-facts.js'

export function queueQueries(access: Access): QueueQueries {
  return { ...queueMoves(access), ...queueReads(access), ...queueFacts(access) }
}

type Moves = Pick<QueueQueries, 'enter' | 'leave' | 'reprioritise'>

function queueMoves(access: Access): Moves {
  const { db, schema } = access
  const { queueEntries } = schema
  const counters = queueCounters(access)
  const waiting = and(eq(queueEntries.conversationKey, p('conversationKey')), isNull(queueEntries.leftAt))
  const insert = lazily(() =>
    db
      .insert(queueEntries)
      .values(placeholders(queueEntries))
      .onConflictDoNothing()
      .returning()
      .prepare('queue_enter'),
  )
  const leave = lazily(() =>
    db
      .update(queueEntries)
      .set({
        leftAt: sql`${p('at')}`,
        claimedAt: sql`${p('claimedAt')}`,
        claimedByKey: sql`${p('claimedByKey')}`,
      })
      .where(waiting)
      .returning()
      .prepare('queue_leave'),
  )
  const active = lazily(() => lockActive(access))

  return {
    enter: async (entry) => {
      const entered = await first(insert().execute(named(entry)))
      if (entered === undefined) return only(active().execute({ conversationKey: entry.conversationKey }))
      await counters.count(entered, 1)
      return entered
    },
    leave: async (conversationKey, { at, claimedByKey }) => {
      const claimedAt = claimedByKey === null ? null : at
      const left = await first(leave().execute({ conversationKey, at, claimedAt, claimedByKey }))
      if (left !== undefined) await counters.count(left, -1)
      return left
    },
    reprioritise: async (conversationKey, priority) => {
      const entry = await first(active().execute({ conversationKey }))
      if (entry === undefined || entry.priority === priority) return entry
      const moved = { ...entry, priority }
      await db.update(queueEntries).set({ priority }).where(eq(queueEntries.key, entry.key))
      // By priority, as every transaction counts, so that no two wait for each other.
      const steps = [
        { entry, change: -1 as const },
        { entry: moved, change: 1 as const },
      ]
      steps.sort((a, b) => a.entry.priority - b.entry.priority)
      for (const step of steps) await counters.count(step.entry, step.change)
      return moved
    },
  }
}

// The entry must not leave between being read and being counted elsewhere.
function lockActive({ db, schema: { queueEntries }, dialect }: Access) {
  const query = db
    .select()
    .from(queueEntries)
    .where(and(eq(queueEntries.conversationKey, p('conversationKey')), isNull(queueEntries.leftAt)))
  return dialect.lockRows
    ? query.for('update').prepare('queue_active_lock')
    : query.prepare('queue_active_lock')
}

// The first of each priority is at the front of the index; an order over all of them would sort the whole queue.
function longestWaiting({ db, schema: { queueEntries } }: Access): QueueQueries['longestWaiting'] {
  const { appKey, priority, requestedAt, key, leftAt } = queueEntries
  const earliest = lazily(() =>
    db
      .select()
      .from(queueEntries)
      .where(and(eq(appKey, p('appKey')), eq(priority, p('priority')), isNull(leftAt)))
      .orderBy(asc(requestedAt), asc(key))
      .limit(1)
      .prepare('queue_earliest'),
  )
  return async (app) => {
    const heads: QueueEntry[] = []
    for (const rank of [0, 1, 2]) heads.push(...(await earliest().execute({ appKey: app, priority: rank })))
    return heads.sort((a, b) => a.requestedAt - b.requestedAt || a.key - b.key)[0]
  }
}

type Reads = Pick<QueueQueries, 'active' | 'last' | 'head' | 'longestWaiting' | 'page' | 'position'>

function queueReads(access: Access): Reads {
  const { db, schema } = access
  const { queueEntries } = schema
  const { conversationKey, priority, requestedAt, key, leftAt } = queueEntries
  const ofConversation = eq(conversationKey, p('conversationKey'))
  const active = lazily(() =>
    db
      .select()
      .from(queueEntries)
      .where(and(ofConversation, isNull(leftAt)))
      .prepare('queue_active'),
  )
  const last = lazily(() =>
    db.select().from(queueEntries).where(ofConversation).orderBy(desc(key)).limit(1).prepare('queue_last'),
  )
  const after = lazily(() =>
    db
      .select()
      .from(queueEntries)
      .where(
        and(
          eq(queueEntries.appKey, p('appKey')),
          isNull(leftAt),
          sql`(${priority}, ${requestedAt}, ${key}) > (${p('priority')}, ${p('requestedAt')}, ${p('key')})`,
        ),
      )
      .orderBy(asc(priority), asc(requestedAt), asc(key))
      .limit(p('limit'))
      .prepare('queue_page'),
  )
  const start = { priority: -1, requestedAt: 0, key: 0 }
  const page = (appKey: number, entry: QueueEntry | undefined, limit: number) => {
    const { priority, requestedAt, key } = entry ?? start
    return run(after().execute({ appKey, priority, requestedAt, key, limit }))
  }

  return {
    active: (conversationKey) => first(active().execute({ conversationKey })),
    last: (conversationKey) => first(last().execute({ conversationKey })),
    head: (appKey) => first(page(appKey, undefined, 1)),
    longestWaiting: longestWaiting(access),
    page,
    position: queueCounters(access).position,
  }
}
