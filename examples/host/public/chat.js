import { Connection, rest } from './connection.js'
import { listen } from './events.js'
import { loadAll, loadLatest, loadPresenceIn } from './loading.js'
import { Outbox } from './outbox.js'
import { Thread } from './thread.js'

/**
 * @typedef {import('../wire.js').Conversation} Conversation
 * @typedef {import('../wire.js').Message} Message
 * @typedef {{ id: string, name: string }} User
 */

const ACTIVITY = 60_000

/** Everything that the page knows, and what a person may do. The views draw it anew after every change. */
export class Chat {
  /** @type {Map<string, Conversation>} */
  conversations = new Map()
  /** @type {Map<string, Thread>} */
  threads = new Map()
  /** @type {Map<string, { online: boolean, lastSeen: string | null }>} */
  presence = new Map()
  /** The conversation on the screen. @type {string | null} */
  openId = null
  loaded = false
  /** Conversations that were left: an answer that is still under way must not bring them back. */
  #gone = new Set()
  #pulse = setInterval(() => this.#showActivity(), ACTIVITY)

  /**
   * @param {User} me
   * @param {User[]} users Whom the host knows.
   * @param {string} url Of the chat service.
   * @param {{ changed: () => void, tell: (sentence: string) => void, onSignedOut: () => void }} page
   */
  constructor(me, users, url, { changed, tell, onSignedOut }) {
    this.me = me
    this.users = users
    this.url = url
    this.changed = changed
    this.tell = tell
    this.outbox = new Outbox(this)
    this.connection = new Connection(url, { onStatus: () => this.#statusChanged(), onSignedOut })
    listen(this, this.connection.socket)
    document.addEventListener('visibilitychange', this.#seen)
  }

  get open() {
    return this.openId === null ? undefined : this.conversations.get(this.openId)
  }

  /** Conversations, the latest active first. */
  get list() {
    const activeAt = (/** @type {Conversation} */ one) => one.lastMessage?.createdAt ?? one.createdAt
    return [...this.conversations.values()].sort((a, b) => activeAt(b).localeCompare(activeAt(a)))
  }

  /** @param {string} conversationId */
  thread(conversationId) {
    const thread = this.threads.get(conversationId) ?? new Thread()
    this.threads.set(conversationId, thread)
    return thread
  }

  /** @param {Conversation} conversation */
  others({ participants }) {
    return participants.filter(({ userId }) => userId !== this.me.id)
  }

  /**
   * Whoever else is in a support conversation goes by the name of the agent who serves it.
   * @param {string} userId
   * @param {Conversation} [conversation]
   */
  nameOf(userId, conversation) {
    const participant = conversation?.participants.find((one) => one.userId === userId)
    const known = participant?.name ?? this.users.find(({ id }) => id === userId)?.name
    if (known !== undefined) return known
    return conversation?.type === 'support' ? (conversation.assignee?.name ?? 'Support') : 'Somebody'
  }

  /** @param {string | null} id */
  async show(id) {
    this.openId = id
    this.changed()
    if (id !== null) await loadLatest(this, id)
  }

  /** @param {{ type: Conversation['type'], participantIds: string[], title?: string }} wish */
  async begin(wish) {
    /** @type {Conversation} */
    const conversation = await rest('POST', '/api/conversations', wish)
    this.enter(conversation)
    await this.show(conversation.id)
  }

  /** A conversation that is there from now on. @param {Conversation} conversation */
  enter(conversation) {
    this.#gone.delete(conversation.id)
    this.#put(conversation)
    this.presenceSoon(conversation.id)
  }

  /** A conversation that the person is no longer in. @param {string} id */
  forget(id) {
    this.#gone.add(id)
    this.outbox.forget(id)
    this.conversations.delete(id)
    this.threads.delete(id)
    if (this.openId === id) this.openId = null
  }

  /** A message came into a conversation that is not here: it began elsewhere, or had been deleted. @param {string} id */
  bringBack(id) {
    this.#gone.delete(id)
    this.reloadSoon(id)
  }

  /** Asks again for a conversation whose members or counts have changed. @param {string} id */
  reloadSoon(id) {
    this.#reload(id).catch(this.#unlessGone)
  }

  /** Asks who of a conversation is there. @param {string} id */
  presenceSoon(id) {
    loadPresenceIn(this, id).catch(this.#unlessGone)
  }

  async #reload(/** @type {string} */ id) {
    const conversation = await rest('GET', `/api/conversations/${id}`)
    if (this.#gone.has(id)) return
    this.#put(conversation)
    if (id === this.openId) this.readOpen()
    this.changed()
  }

  // After the next greeting everything is loaded again.
  #unlessLost = (/** @type {Error} */ { message }) => {
    if (this.connection.status === 'connected') this.tell(`Not everything could be loaded. ${message}`)
  }

  // Of what is gone meanwhile an event tells, or the next greeting.
  #unlessGone = (/** @type {Error & { code?: string }} */ { code, message }) => {
    if (code !== 'not_found') this.tell(message)
  }

  // An answer may have been overtaken by a message on the socket.
  #put(/** @type {Conversation} */ conversation) {
    const known = this.conversations.get(conversation.id)
    const overtaken = (known?.lastMessage?.sequence ?? 0) > (conversation.lastMessage?.sequence ?? 0)
    const { lastMessage, unreadCount } = (overtaken && known) || conversation
    this.conversations.set(conversation.id, { ...known, ...conversation, lastMessage, unreadCount })
  }

  /**
   * A message that was sent, arrived or was fetched.
   * @param {Message} message
   */
  take(message) {
    this.thread(message.conversationId).put([message])
    const conversation = this.conversations.get(message.conversationId)
    if (conversation !== undefined && message.sequence >= (conversation.lastMessage?.sequence ?? 0))
      conversation.lastMessage = message
  }

  /** Says that everything on the screen has been seen. */
  readOpen() {
    const { open } = this
    if (open === undefined || document.visibilityState === 'hidden') return
    const { last, read } = this.thread(open.id)
    open.unreadCount = 0
    if (last === undefined || (read.get(this.me.id) ?? 0) >= last.sequence) return
    this.thread(open.id).markRead(this.me.id, last.id)
    const receipt = { conversationId: open.id, upToMessageId: last.id }
    this.connection.ask('conversation:read', receipt).catch(() => read.delete(this.me.id)) // the next one says it again
  }

  /**
   * Adds the person's reaction, or takes it back.
   * @param {Message} message
   * @param {string} emoji
   */
  react({ id, reactions }, emoji) {
    const mine = reactions.find((one) => one.emoji === emoji)?.userIds.includes(this.me.id) ?? false
    return this.connection.ask(mine ? 'reaction:remove' : 'reaction:add', { messageId: id, emoji })
  }

  close() {
    clearInterval(this.#pulse)
    document.removeEventListener('visibilitychange', this.#seen)
    this.connection.close()
  }

  #seen = () => {
    this.#showActivity()
    this.readOpen()
  }

  #showActivity() {
    if (document.visibilityState === 'visible' && this.connection.status === 'connected')
      this.connection.socket.emit('activity:ping', {})
  }

  #statusChanged() {
    if (this.connection.status === 'connected') loadAll(this).catch(this.#unlessLost)
    else for (const thread of this.threads.values()) thread.active.clear()
    this.changed()
  }
}
