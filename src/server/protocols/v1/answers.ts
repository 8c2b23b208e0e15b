import type { HistoryPage, Page } from '../../core/conversations/history.js'
import type { Core } from '../../core/index.js'
import { isCustomer, type Principal } from '../../core/principal.js'
import type * as v1 from './schemas.js'
import type { Link, Reader } from './wire.js'
import { message } from './wire.js'

/** Signed links to attachments, as this protocol serves them. */
export const linkOf =
  (core: Core): Link =>
  ({ id }) =>
    `/v1/attachments/${id}?sig=${core.attachments.sign(id)}`

/** Whose reactions are `mine`. */
export function readerOf(principal: Principal): Reader {
  if (isCustomer(principal)) return { type: 'contact', key: principal.contact.key }
  return principal.type === 'agent' ? { type: 'agent', key: principal.agent.key } : null
}

/** How many entries a page holds: what was asked for, within the limits. */
export const limitOf = (core: Core, asked: number | undefined): number =>
  Math.min(asked ?? core.limits.pageSize, core.limits.pageSizeMaximum)

interface ListQuery {
  limit?: number | undefined
  cursor?: string | undefined
}

/** A page of a list by key: one entry more is asked for, to know whether another page follows. */
export async function listPage<Row, Wire>(
  core: Core,
  list: string,
  query: ListQuery,
  read: (page: { beforeKey?: number; limit: number }) => Promise<Row[]>,
  keyOf: (row: Row) => number,
  format: (row: Row) => Wire,
): Promise<{ items: Wire[]; next_cursor: string | null }> {
  const limit = limitOf(core, query.limit)
  const beforeKey = query.cursor === undefined ? undefined : core.cursors.decode(list, query.cursor)
  const rows = await read({ beforeKey, limit: limit + 1 })
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const more = rows.length > limit && last !== undefined
  return { items: shown.map(format), next_cursor: more ? core.cursors.encode(list, keyOf(last)) : null }
}

interface MessageQuery {
  after?: string | undefined
  after_sequence?: number | undefined
  after_revision?: number | undefined
  before_sequence?: number | undefined
  limit?: number | undefined
}

export const historyPage = (core: Core, query: MessageQuery): HistoryPage => ({
  after: query.after === undefined ? undefined : Date.parse(query.after),
  afterSequence: query.after_sequence,
  afterRevision: query.after_revision,
  beforeSequence: query.before_sequence,
  limit: limitOf(core, query.limit),
})

/** A page of history as this reader sees it. */
export function messagePage(
  core: Core,
  principal: Principal,
  page: Page,
): { messages: v1.Message[]; has_more: boolean; resync_required?: true } {
  const link = linkOf(core)
  const reader = readerOf(principal)
  return {
    messages: page.messages.map((entry) => message(entry, reader, link)),
    has_more: page.hasMore,
    ...(page.resyncRequired && { resync_required: true as const }),
  }
}
