import type { Target } from './targets.js'

/** What the bench asks of the socket load. Times are milliseconds. */
export type SocketCommand =
  /** Adds visitors and watchers to those that are there: another app has another crowd. */
  | {
      readonly do: 'connect'
      /** Nodes of one installation: visitors and watchers are dealt out over them in turns. */
      readonly targets: readonly [Target, ...Target[]]
      readonly visitors: number
      readonly watchers: number
      /** Every so often each watcher confirms, with one watermark a conversation, what it has got; 0 for never. */
      readonly receiptsEvery: number
      /** Whether each visitor has a conversation. */
      readonly conversations: boolean
    }
  /** Each visitor sends its next message as soon as the last is acknowledged. */
  | { readonly do: 'saturate'; readonly milliseconds: number }
  /** Messages leave at a steady rate, whatever comes back; visitors take turns. */
  | { readonly do: 'pace'; readonly milliseconds: number; readonly perSecond: number }
  /** Cuts all visitors at once; each enters the next of its targets and joins its conversation again. */
  | { readonly do: 'return' }
  /** All visitors at once send this event and wait for its acknowledgement, so many times one after another. */
  | { readonly do: 'ask'; readonly event: string; readonly argumentsJson: string; readonly times: number }

export interface SocketResult {
  /** Messages acknowledged. */
  readonly messages: number
  /** Events with a message that reached watchers. */
  readonly received: number
  /** How many should have: each message reaches every watcher of its crowd. */
  readonly expected: number
  readonly milliseconds: number
  /** False where a steady rate was more than the server bears; the latency then says nothing. */
  readonly keptUp: boolean
  /** From emit to acknowledgement, in milliseconds. */
  readonly latency: { readonly p50: number; readonly p99: number }
}

export interface ReturnResult {
  /** Visitors who are back. */
  readonly visitors: number
  /** From the cut until all were back. */
  readonly milliseconds: number
}

export interface AskResult {
  /** Events acknowledged. */
  readonly answers: number
}

/** What the bench asks of the REST load. */
export type RequestCommand =
  | {
      readonly do: 'prepare'
      readonly port: number
      /** For each connection the requests that it repeats, one after another. */
      readonly connections: readonly (readonly RequestLine[])[]
    }
  | { readonly do: 'saturate'; readonly milliseconds: number }

/** One request; `{n}` in the body becomes a number of its own each time. */
export interface RequestLine {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface RequestResult {
  /** Requests answered. */
  readonly requests: number
  readonly milliseconds: number
}
