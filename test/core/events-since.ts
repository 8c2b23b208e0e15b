import { randomUUID } from 'node:crypto'
import type { EventPage } from '../../src/server/core/outbox/event-stream.js'
import type { Staff } from '../../src/server/core/principal.js'
import { until } from '../helpers/until.js'
import type { Company } from './company.js'

/**
 * Everything that is told of an app behind a cursor, as one page. Transactions of neighbours on the same Postgres may
 * hide the last of it for a moment: it is whole when an event can be read that is written behind it here.
 */
export async function eventsSince(
  { core, app, instance }: Company,
  cursor: string,
  reader: Staff,
): Promise<EventPage> {
  const mark = randomUUID()
  await instance.context.store.transaction((transaction) =>
    core.outbox.record(transaction, app, { type: 'contact.updated', data: () => ({ mark }) }),
  )
  return until('all is told', async () => {
    const { events } = await core.events.page(reader, { after: cursor, limit: 100 })
    const end = events.find(({ data }) => data.mark === mark)
    return end && { events: events.slice(0, events.indexOf(end)), cursor: end.cursor }
  })
}
