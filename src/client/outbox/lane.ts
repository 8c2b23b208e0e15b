import { ReplyHqError } from '../errors.js'
import type { PendingMessage } from '../types/outbox.js'
import type { Message } from '../types/wire.js'

export type Item<Draft> = { -readonly [Key in keyof PendingMessage<Draft>]: PendingMessage<Draft>[Key] } & {
  tries: number
}

export interface LaneWork<Draft> {
  ready(conversationId: string): boolean
  send(item: Item<Draft>): Promise<Message>
  began(item: Item<Draft>): void
  sent(item: Item<Draft>, message: Message): void
  failed(item: Item<Draft>, error: ReplyHqError): void
  /** Calls `again` after a while that grows with `tries`; the result takes it back. */
  later(item: Item<Draft>, error: ReplyHqError, again: () => void): () => void
}

// The server's own mistake may pass or not: after this many the person decides.
const triesOfInternal = 5

/** The messages of one conversation on their way: one at a time, because their order counts. */
export class Lane<Draft> {
  readonly items: Item<Draft>[] = []
  readonly #work: LaneWork<Draft>
  #busy = false
  #endPause: (() => void) | null = null

  constructor(work: LaneWork<Draft>) {
    this.#work = work
  }

  /** Sends the first that waits, if nothing is on its way. */
  advance(): void {
    if (this.#busy) return
    const next = this.items.find(({ state }) => state === 'waiting')
    if (next === undefined || !this.#work.ready(next.conversationId)) return
    this.#busy = true
    next.state = 'sending'
    next.tries += 1
    this.#work.began(next)
    this.#work.send(next).then(
      (message) => this.#sent(next, message),
      (error: unknown) => this.#refused(next, error),
    )
  }

  /** Goes on at once, also where a pause was agreed on: there is a new connection. */
  wake(): void {
    if (this.#endPause !== null) this.#endPause()
    else this.advance()
  }

  #sent(item: Item<Draft>, message: Message): void {
    this.#busy = false
    this.#work.sent(item, message)
    this.advance()
  }

  #refused(item: Item<Draft>, cause: unknown): void {
    const error =
      cause instanceof ReplyHqError ? cause : new ReplyHqError('internal', String(cause), { cause })
    if (mayPass(item, error)) this.#waitAgain(item, error)
    else this.#fail(item, error)
  }

  #fail(item: Item<Draft>, error: ReplyHqError): void {
    this.#busy = false
    item.state = 'failed'
    item.error = error
    this.#work.failed(item, error)
    this.advance()
  }

  #waitAgain(item: Item<Draft>, error: ReplyHqError): void {
    item.state = 'waiting'
    item.error = error
    this.#work.began(item)
    // Without a connection there is nothing to wait for but the next one.
    if (!this.#work.ready(item.conversationId)) {
      this.#busy = false
      return
    }
    const goOn = () => {
      cancel()
      this.#endPause = null
      this.#busy = false
      this.advance()
    }
    const cancel = this.#work.later(item, error, goOn)
    this.#endPause = goOn
  }
}

function mayPass<Draft>({ tries }: Item<Draft>, error: ReplyHqError): boolean {
  return error.passing && (error.code !== 'internal' || tries < triesOfInternal)
}
