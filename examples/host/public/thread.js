/**
 * @typedef {import('../wire.js').Message} Message
 * @typedef {{ localId: string, content: string, replyTo: string | null, createdAt: string, error: string | null }} Unsent
 */

/** What this page knows of one conversation's messages: those loaded, those on their way, who read and who writes. */
export class Thread {
  /** @type {Map<string, Message>} */
  #messages = new Map()
  /** The same in their order; null when that is to be found again. @type {Message[] | null} */
  #sorted = null
  /** Where the page of earlier messages begins; undefined before the first page came. @type {string | null | undefined} */
  earlier = undefined
  /** @type {Unsent[]} */
  unsent = []
  /** How far each person has read, as a sequence. @type {Map<string, number>} */
  read = new Map()
  /** Who writes or records at this moment. @type {Map<string, 'typing' | 'recording'>} */
  active = new Map()

  /** Oldest first. */
  get messages() {
    this.#sorted ??= [...this.#messages.values()].sort((a, b) => a.sequence - b.sequence)
    return this.#sorted
  }

  get last() {
    return this.messages.at(-1)
  }

  /** @param {string} id */
  find(id) {
    return this.#messages.get(id)
  }

  /** @param {Message[]} messages */
  put(messages) {
    this.#sorted = null
    for (const message of messages) {
      this.#messages.set(message.id, message)
      this.unsent = this.unsent.filter(({ localId }) => localId !== message.localId)
    }
  }

  /**
   * @param {string} id
   * @param {Partial<Message>} change
   */
  change(id, change) {
    const message = this.#messages.get(id)
    if (message === undefined) return
    this.#messages.set(id, { ...message, ...change })
    this.#sorted = null
  }

  /** Lets go of what was loaded; what waits to be sent stays. */
  forget() {
    this.#messages.clear()
    this.#sorted = null
    this.read.clear()
    this.earlier = undefined
  }

  /**
   * @param {string} userId
   * @param {string} emoji
   * @param {string} messageId
   * @param {number} count
   * @param {boolean} added
   */
  react(userId, emoji, messageId, count, added) {
    const message = this.#messages.get(messageId)
    if (message === undefined) return
    const before = message.reactions.find((reaction) => reaction.emoji === emoji)
    const others = (before?.userIds ?? []).filter((id) => id !== userId)
    const changed = { emoji, count, userIds: added ? [...others, userId] : others }
    const reactions =
      before === undefined
        ? [...message.reactions, changed]
        : message.reactions.map((reaction) => (reaction === before ? changed : reaction))
    this.change(messageId, { reactions: reactions.filter((reaction) => reaction.count > 0) })
  }

  /**
   * Everything up to a message, or everything, has been read; it is never unread again.
   * @param {string} userId
   * @param {string | undefined} messageId
   */
  markRead(userId, messageId) {
    const to = messageId === undefined ? this.last : this.find(messageId)
    if (to !== undefined) this.read.set(userId, Math.max(to.sequence, this.read.get(userId) ?? 0))
  }
}
