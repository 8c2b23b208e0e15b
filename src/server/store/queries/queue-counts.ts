import { and, count, eq, gte, inArray, isNull, lt, lte, or, type SQL, sql } from 'drizzle-orm'
import type { PgInsertValue } from 'drizzle-orm/pg-core'
import type { QueueEntry } from '../../core/model.js'
import { type Access, lazily, only, p } from './access.js'

// A radix tree over the times of entering: 64^6 ms are 2.2 years, so level 6 has a few dozen slots at most.
const BASE = 64
const TREE_LEVELS = [1, 2, 3, 4, 5, 6] as const
const ALL = 7

interface QueueCounters {
  /** Counts an entry that comes (1) or goes (-1) at every level, in one statement. */
  count(entry: QueueEntry, change: 1 | -1): Promise<void>
  /** 1 + the entries ahead: at most 63 counters a level are read, whatever the length of the queue. */
  position(entry: QueueEntry): Promise<number>
}

const slotAt = (requestedAt: number, level: number) => Math.floor(requestedAt / BASE ** level)

function placeOf({ appKey, priority, requestedAt }: QueueEntry): Record<string, number> {
  const slots = TREE_LEVELS.map((level) => [`slot${level}`, slotAt(requestedAt, level)])
  return { appKey, priority, ...Object.fromEntries(slots) }
}

/** The first slot of each level that hangs on the same slot of the level above as the entry's own. */
function firstsOf({ requestedAt }: QueueEntry): Record<string, number> {
  const firsts = [0, ...TREE_LEVELS].map((level) => [`first${level}`, slotAt(requestedAt, level + 1) * BASE])
  return Object.fromEntries(firsts)
}

export function queueCounters(access: Access): QueueCounters {
  const counting = lazily(() => countStatement(access))
  const clearing = lazily(() => clearStatement(access))
  const position = lazily(() => positionStatement(access))
  return {
    count: async (entry, change) => {
      const counters = await counting().execute({ ...placeOf(entry), change })
      // Empty slots of the past would stay for ever.
      for (const counter of counters.filter(({ waiting, level }) => waiting === 0 && level !== ALL)) {
        await clearing().execute({ ...counter })
      }
    },
    position: async (entry) => {
      const { requestedAt, key } = entry
      const values = { ...placeOf(entry), ...firstsOf(entry), requestedAt, key }
      const { ahead } = await only(position().execute(values))
      return 1 + ahead
    },
  }
}

// The levels always in this order, the most contended counter last, so that no two transactions wait for each other.
function countStatement({ db, schema: { queueCounts } }: Access) {
  const counter = (level: number, slot: unknown) =>
    ({ appKey: p('appKey'), priority: p('priority'), level, slot, waiting: p('change') }) as PgInsertValue<
      typeof queueCounts
    >
  const { appKey, priority, level, slot, waiting } = queueCounts
  return db
    .insert(queueCounts)
    .values([...TREE_LEVELS.map((level) => counter(level, p(`slot${level}`))), counter(ALL, 0)])
    .onConflictDoUpdate({
      target: [appKey, priority, level, slot],
      set: { waiting: sql`${waiting} + excluded.waiting` },
    })
    .returning()
    .prepare('queue_counts_change')
}

function clearStatement({ db, schema: { queueCounts } }: Access) {
  const { appKey, priority, level, slot, waiting } = queueCounts
  return db
    .delete(queueCounts)
    .where(
      and(
        eq(appKey, p('appKey')),
        eq(priority, p('priority')),
        eq(level, p('level')),
        eq(slot, p('slot')),
        eq(waiting, 0),
      ),
    )
    .prepare('queue_counts_clear')
}

// One scalar subquery a level: an OR over the levels would let SQLite scan all counters of the app.
function positionStatement(access: Access) {
  const { db, schema } = access
  const { queueEntries } = schema
  const parts = [
    higherPriorities(access),
    ...TREE_LEVELS.map((level) => earlierSlots(access, level)),
    sameSlot(access),
  ]
  return db
    .select({ ahead: sql<number>`${sql.join(parts, sql` + `)}`.mapWith(Number) })
    .from(queueEntries)
    .where(eq(queueEntries.key, p('key')))
    .prepare('queue_position')
}

function waitingWhere({ db, schema: { queueCounts } }: Access, condition: SQL | undefined): SQL {
  const total = db
    .select({ total: sql`coalesce(sum(${queueCounts.waiting}), 0)` })
    .from(queueCounts)
    .where(and(eq(queueCounts.appKey, p('appKey')), condition))
  return sql`(${total})`
}

function higherPriorities(access: Access): SQL {
  const { priority, level, slot } = access.schema.queueCounts
  // A list beside the bound: by the bound alone the index gives every counter of those priorities.
  const higher = and(inArray(priority, [0, 1, 2]), lt(priority, p('priority')))
  return waitingWhere(access, and(higher, eq(level, ALL), eq(slot, 0)))
}

/** What waits in the slots before mine that hang on the same slot of the level above. */
function earlierSlots(access: Access, treeLevel: number): SQL {
  const { priority, level, slot } = access.schema.queueCounts
  const mine = p(`slot${treeLevel}`)
  const siblings = treeLevel === TREE_LEVELS.length ? undefined : gte(slot, p(`first${treeLevel}`))
  return waitingWhere(
    access,
    and(eq(priority, p('priority')), eq(level, treeLevel), siblings, lt(slot, mine)),
  )
}

/** Those of my own 64 ms that stand before me. */
function sameSlot({ db, schema: { queueEntries } }: Access): SQL {
  const { appKey, priority, requestedAt, key, leftAt } = queueEntries
  const before = db
    .select({ count: count() })
    .from(queueEntries)
    .where(
      and(
        eq(appKey, p('appKey')),
        eq(priority, p('priority')),
        isNull(leftAt),
        gte(requestedAt, p('first0')),
        lte(requestedAt, p('requestedAt')),
        or(lt(requestedAt, p('requestedAt')), and(eq(requestedAt, p('requestedAt')), lt(key, p('key')))),
      ),
    )
  return sql`(${before})`
}
