import type { Core } from '../../core/index.js'
import type { Staff } from '../../core/principal.js'
import { limitOf } from './answers.js'
import { queueEntry as schema } from './schemas/entities.js'
import { count, listOf } from './schemas/scalars.js'
import { queueEntry } from './wire-staff.js'

export const queueList = listOf('queue', schema).extend({
  size: count.describe('All who wait, not only this page'),
  change: count.describe('Number of the last change that this page shows: queue:changed goes on from there'),
})

/** A page of the queue; its cursor is the last conversation shown, whose place survives that it was claimed. */
export async function queuePage(
  core: Core,
  staff: Staff,
  query: { limit?: number | undefined; cursor?: string | undefined },
) {
  const page = { limit: limitOf(core, query.limit), after: query.cursor }
  const { entries, size, change, next } = await core.queue.list(staff, page)
  const now = core.clock.now()
  return { queue: entries.map((entry) => queueEntry(entry, now)), next_cursor: next, size, change }
}
