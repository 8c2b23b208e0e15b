import { Refusal } from './connection.js'
import { Keeping } from './keeping.js'

/**
 * @typedef {import('./chat.js').Chat} Chat
 * @typedef {import('./thread.js').Unsent} Unsent
 */

/**
 * Sends what a person wrote, also when the connection is lost or the session ends meanwhile: in order, and each message
 * once.
 */
export class Outbox {
  #chat
  #keeping
  /** @type {Set<string>} Conversations whose messages are on their way, one at a time so that their order holds. */
  #busy = new Set()

  /** @param {Chat} chat */
  constructor(chat) {
    this.#chat = chat
    this.#keeping = new Keeping(chat.me.id)
  }

  /** Sends what waited when the page was last left, under the same `localId`s; the conversations are loaded. */
  restore() {
    for (const { conversationId, unsent } of this.#keeping.all())
      if (this.#chat.conversations.has(conversationId)) this.#chat.thread(conversationId).unsent.push(unsent)
      else this.#keeping.drop(unsent.localId)
    for (const conversationId of this.#chat.threads.keys()) void this.#deliver(conversationId)
  }

  /** The person is no longer in a conversation. @param {string} conversationId */
  forget(conversationId) {
    for (const { localId } of this.#chat.thread(conversationId).unsent) this.#keeping.drop(localId)
  }

  /**
   * @param {string} conversationId
   * @param {string} content
   * @param {string | null} replyTo
   */
  send(conversationId, content, replyTo) {
    const createdAt = new Date().toISOString()
    const unsent = { localId: crypto.randomUUID(), content, replyTo, createdAt, error: null }
    this.#chat.thread(conversationId).unsent.push(unsent)
    if (!this.#keeping.keep(conversationId, unsent))
      this.#chat.tell('Your browser has no more room. Leave this page open until your messages are sent.')
    this.#chat.changed()
    return this.#deliver(conversationId)
  }

  /** Tries what was refused again. @param {string} conversationId */
  sendAgain(conversationId) {
    for (const unsent of this.#chat.thread(conversationId).unsent) unsent.error = null
    this.#chat.changed()
    return this.#deliver(conversationId)
  }

  /**
   * @param {string} conversationId
   * @param {string} localId
   */
  drop(conversationId, localId) {
    const thread = this.#chat.thread(conversationId)
    thread.unsent = thread.unsent.filter((unsent) => unsent.localId !== localId)
    this.#keeping.drop(localId)
    this.#chat.changed()
    return this.#deliver(conversationId)
  }

  /** @param {string} conversationId */
  async #deliver(conversationId) {
    if (this.#busy.has(conversationId)) return
    this.#busy.add(conversationId)
    const next = () => this.#chat.thread(conversationId).unsent[0]
    for (let unsent = next(); unsent && unsent.error === null; unsent = next())
      await this.#sendOne(conversationId, unsent)
    this.#busy.delete(conversationId)
  }

  /**
   * Without an answer it stays in its place and goes out again: the service stores a `localId` once.
   * @param {string} conversationId
   * @param {Unsent} unsent
   */
  async #sendOne(conversationId, unsent) {
    const { localId, content, replyTo } = unsent
    const message = { conversationId, content, localId, ...(replyTo !== null && { replyTo }) }
    await this.#chat.connection.ready()
    try {
      this.#chat.take((await this.#chat.connection.ask('message:send', message)).message)
    } catch (error) {
      if (error instanceof Refusal) unsent.error = error.message
    }
    // The message may also have come as an event, and its ack not.
    if (!this.#chat.thread(conversationId).unsent.includes(unsent)) this.#keeping.drop(localId)
    this.#chat.changed()
  }
}
