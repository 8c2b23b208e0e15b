/**
 * The entities of ReplyHQ, as the core and the store know them. `key` is the table's own integer and never
 * leaves the server; `id` is what every wire shows. Times are milliseconds since 1970, UTC.
 */
export type * from './model/agent.js'
export type * from './model/app.js'
export type * from './model/audit.js'
export type * from './model/canned-reply.js'
export type * from './model/contact.js'
export type * from './model/conversation.js'
export type * from './model/delivery.js'
export type * from './model/json.js'
export type * from './model/message.js'
export type * from './model/participant.js'
export * from './model/queue.js'
