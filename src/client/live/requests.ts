import { ReplyHqError } from '../errors.js'
import { errorFrom, isObject } from '../rest/refusal.js'
import type { ClientClock } from '../types/ports.js'

type Send = (acknowledge: (ack: unknown) => void) => void

/** Requests whose ack is on its way. A cut connection fails them at once: their ack will never come. */
export class Requests {
  readonly #clock: ClientClock
  readonly #timeout: number
  readonly #open = new Set<(error: ReplyHqError) => void>()

  constructor(clock: ClientClock, timeout: number) {
    this.#clock = clock
    this.#timeout = timeout
  }

  /** Resolves with the ack; rejects with the refusal in it, or `unreachable` when none comes in time. */
  make(send: Send): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const fail = (error: ReplyHqError) => {
        this.#open.delete(fail)
        cancel()
        reject(error)
      }
      const cancel = this.#clock.after(this.#timeout, () =>
        fail(unreachable('The server did not answer in time. Try again.')),
      )
      this.#open.add(fail)
      send((ack) => {
        if (!this.#open.delete(fail)) return
        cancel()
        settle(ack, resolve, reject)
      })
    })
  }

  failAll(error: ReplyHqError): void {
    for (const fail of [...this.#open]) fail(error)
  }
}

function settle(ack: unknown, resolve: (ack: unknown) => void, reject: (error: ReplyHqError) => void): void {
  if (isObject(ack) && ack.ok === true) resolve(ack)
  else
    reject(
      errorFrom(ack) ?? new ReplyHqError('internal', 'The server answered with an ack of an unknown shape.'),
    )
}

export function unreachable(message: string): ReplyHqError {
  return new ReplyHqError('unreachable', message)
}
