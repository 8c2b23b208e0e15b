import type { Readable, Writable } from 'node:stream'

/** What `replyhq chat` was told. */
export interface ChatOptions {
  readonly url: string
  readonly appId: string
  /** A publishable key. */
  readonly apiKey: string
  /** Who the visitor is; made once and kept in the state folder when not given. */
  readonly deviceId?: string
  readonly name?: string
  readonly email?: string
  /** Holds the device, its conversation and the lines that wait to be sent. */
  readonly stateFolder: string
  readonly input: Readable
  /** Data: messages as lines, or every event as NDJSON. */
  readonly output: Writable
  /** Hints: connection, typing, queue, receipts. Standard error when absent. */
  readonly hints?: Writable
  readonly json: boolean
  /** Milliseconds that the end, or a wish, waits for lines that are not sent yet; 10,000 when absent. */
  readonly patience?: number
}
