import type { Bus } from '../core/ports.js'

interface Here {
  connections: number
  readonly followed: Promise<() => void>
}

/** The apps that have connections on this node: their events are brought here, those of others need not be. */
export class AppsHere {
  readonly #bus: Bus
  readonly #apps = new Map<number, Here>()

  constructor(bus: Bus) {
    this.#bus = bus
  }

  /** Before a connection is let in, so that it misses nothing; the events go on coming for a while if it never enters. */
  async ready(appKey: number): Promise<void> {
    const followed = this.#apps.get(appKey)?.followed
    if (followed !== undefined) await followed
    else (await this.#bus.follow(appKey))()
  }

  /** A connection of the app is here. Resolves when its events come. */
  async enter(appKey: number): Promise<void> {
    const here = this.#apps.get(appKey) ?? { connections: 0, followed: this.#bus.follow(appKey) }
    this.#apps.set(appKey, here)
    here.connections += 1
    await here.followed
  }

  leave(appKey: number): void {
    const here = this.#apps.get(appKey)
    if (here === undefined) return
    here.connections -= 1
    if (here.connections > 0) return
    this.#apps.delete(appKey)
    void here.followed.then((release) => release())
  }
}
