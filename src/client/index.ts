export { ReplyHqError, type ReplyHqErrorCode } from './errors.js'
export type * from './types.js'
