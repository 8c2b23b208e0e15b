import type { CoreContext } from '../context.js'

// A burst of writes is told a few times, not once for each.
const atMostEveryMs = 20

/** Tells, after commits, that something was written for the outside: at once, and then again at the end of a burst. */
export class OutboxAnnouncer {
  readonly #context: CoreContext
  /** Apps that were told of a moment ago; true when something came since. */
  readonly #recent = new Map<number, boolean>()

  constructor(context: CoreContext) {
    this.#context = context
  }

  written(app: { key: number; id: string }): void {
    if (this.#recent.has(app.key)) this.#recent.set(app.key, true)
    else this.#tell(app)
  }

  #tell(app: { key: number; id: string }): void {
    this.#recent.set(app.key, false)
    this.#context.bus.publish({ type: 'outbox.written', appKey: app.key, appId: app.id })
    this.#context.clock.after(atMostEveryMs, () => {
      const again = this.#recent.get(app.key)
      this.#recent.delete(app.key)
      if (again === true) this.#tell(app)
    })
  }
}
