import type { Core } from '../../core/index.js'
import type { Staff } from '../../core/principal.js'
import { listPage } from './answers.js'
import type * as v1 from './schemas.js'
import { delivery } from './wire-outside.js'

/** A page of deliveries, newest first. */
export async function deliveryPage(
  core: Core,
  session: Staff,
  query: v1.ListDeliveries,
): Promise<{ deliveries: v1.Delivery[]; next_cursor: string | null }> {
  const { items, next_cursor } = await listPage(
    core,
    'deliveries',
    query,
    (page) => core.deliveries.list(session, { ...page, state: query.state, webhookId: query.webhook }),
    (row) => row.key,
    delivery,
  )
  return { deliveries: items, next_cursor }
}
