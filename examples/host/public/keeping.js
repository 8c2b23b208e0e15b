/**
 * @typedef {import('./thread.js').Unsent} Unsent
 * @typedef {{ conversationId: string, unsent: Unsent }} Kept
 */

/** At most 1 MB of the 5 MB that browsers commonly give a page: a message has up to 5,000 characters. */
const MOST = 100

/**
 * What one person wrote and the service has not stored yet, kept by the browser through a reload and the end of a
 * session. It stands under the person's id, because several people may use one browser, and each message under a key of
 * its own, because a person may have several tabs.
 */
export class Keeping {
  #prefix

  /** @param {string} userId */
  constructor(userId) {
    this.#prefix = `unsent ${encodeURIComponent(userId)} `
  }

  /** In the order of writing. @returns {Kept[]} */
  all() {
    return this.#keys()
      .flatMap((key) => keptAt(key))
      .sort((a, b) => a.unsent.createdAt.localeCompare(b.unsent.createdAt))
  }

  /**
   * False when there is no room: then the message lives as long as the page.
   * @param {string} conversationId
   * @param {Unsent} unsent
   */
  keep(conversationId, unsent) {
    if (this.#keys().length >= MOST) return false
    try {
      localStorage.setItem(this.#prefix + unsent.localId, JSON.stringify({ conversationId, unsent }))
      return true
    } catch {
      return false
    }
  }

  /** @param {string} localId */
  drop(localId) {
    localStorage.removeItem(this.#prefix + localId)
  }

  #keys() {
    return Object.keys(localStorage).filter((key) => key.startsWith(this.#prefix))
  }
}

/** @param {string} key @returns {Kept[]} */
function keptAt(key) {
  const text = localStorage.getItem(key)
  return text === null ? [] : [JSON.parse(text)] // another tab may have dropped it
}
