import type { CoreContext } from '../context.js'

/** Tells, after commits, that something was written for the outside: once for all commits of a turn of the event loop. */
export class OutboxAnnouncer {
  readonly #context: CoreContext
  readonly #told = new Set<number>()

  constructor(context: CoreContext) {
    this.#context = context
  }

  written({ key, id }: { key: number; id: string }): void {
    if (this.#told.has(key)) return
    this.#told.add(key)
    setImmediate(() => {
      this.#told.delete(key)
      this.#context.bus.publish({ type: 'outbox.written', appKey: key, appId: id })
    })
  }
}
