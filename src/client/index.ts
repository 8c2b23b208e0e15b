export { ReplyHqError, type ReplyHqErrorCode } from './errors.js'
export { createAdminClient } from './rest/admin.js'
export { createVisitorClient } from './rest/visitor.js'
export type * from './types.js'
