import type { App } from '../model.js'

/**
 * One object for each app. Every connection holds its app for as long as it lives: a copy for each would weigh
 * half a kilobyte, and would go on with the settings of when it began.
 */
export class KnownApps {
  readonly #byKey = new Map<number, App>()

  /** The app's one object, with what was just read in it. */
  current(read: App): App {
    const known = this.#byKey.get(read.key)
    if (known !== undefined) return Object.assign(known, read)
    this.#byKey.set(read.key, read)
    return read
  }
}
