import type { Core } from '../../core/index.js'
import type { FileLink } from '../../core/outbox/facts.js'

/** Signed links to attachments, as this protocol serves them. */
export const linkOf =
  (core: Core): FileLink =>
  ({ id }) =>
    `/api/attachments/${id}?sig=${core.attachments.sign(id)}`

/** How many entries a page holds: what was asked for, within the limits. */
export const limitOf = (core: Core, asked: number | undefined): number =>
  Math.min(asked ?? core.limits.pageSize, core.limits.pageSizeMaximum)

/** A list that is given whole. */
export const whole = <Item>(data: Item[]): { data: Item[]; nextCursor: null } => ({ data, nextCursor: null })
