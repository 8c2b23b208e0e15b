import type { ReplyHqError } from '../errors.js'
import type { Message } from '../types/wire.js'

interface Settlement {
  readonly resolve: (message: Message) => void
  readonly reject: (error: ReplyHqError) => void
}

/** Who waits for which message. */
export class Settlements {
  readonly #open = new Map<string, Settlement[]>()

  of(localId: string): Promise<Message> {
    return new Promise((resolve, reject) => {
      this.#open.set(localId, [...(this.#open.get(localId) ?? []), { resolve, reject }])
    })
  }

  resolve(localId: string, message: Message): void {
    for (const { resolve } of this.#take(localId)) resolve(message)
  }

  reject(localId: string, error: ReplyHqError): void {
    for (const { reject } of this.#take(localId)) reject(error)
  }

  #take(localId: string): Settlement[] {
    const open = this.#open.get(localId) ?? []
    this.#open.delete(localId)
    return open
  }
}
