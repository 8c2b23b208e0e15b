import { rest } from './connection.js'
import { confirmed } from './dialogs.js'
import { byId, element, reconcile } from './dom.js'
import { dayName, dayOf, listOf, timeOf } from './format.js'
import { isOnline, titleOf } from './list-view.js'
import { loadEarlier } from './loading.js'
import { messageEntry, messageLooks, receiptOf, unsentEntry } from './message-view.js'

/**
 * @typedef {import('./chat.js').Chat} Chat
 * @typedef {import('../wire.js').Conversation} Conversation
 * @typedef {import('../wire.js').Message} Message
 * @typedef {import('./thread.js').Unsent} Unsent
 * @typedef {import('./composer.js').Composer} Composer
 * @typedef {{ key: string, day?: string, message?: Message, first?: boolean, unsent?: Unsent, receipt?: string }} Entry
 */

const NEAR_END = 80
const APART = 5 * 60_000

/** The conversation on the screen. */
export class ThreadView {
  #chat
  #composer
  #scroll = byId('scroll')
  /** @type {string | null} */
  #shown = null
  /** Whether the newest message is in sight: then it stays so. */
  #atEnd = true

  /**
   * @param {Chat} chat
   * @param {Composer} composer
   */
  constructor(chat, composer) {
    this.#chat = chat
    this.#composer = composer
    byId('older').onclick = () => void this.#showEarlier()
    byId('back').onclick = () => void chat.show(null)
    byId('remove').onclick = () => void this.#removeConversation()
    this.#scroll.onscroll = () => {
      const { scrollHeight, scrollTop, clientHeight } = this.#scroll
      this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END
    }
    new ResizeObserver(() => this.#keepAtEnd()).observe(this.#scroll)
  }

  draw() {
    const { open } = this.#chat
    byId('app').dataset.open = String(open !== undefined)
    byId('thread').hidden = open === undefined
    byId('nothing-open').hidden = open !== undefined
    if (open !== undefined) this.#drawOpen(open)
    else this.#shown = null
  }

  /** @param {Conversation} open */
  #drawOpen(open) {
    this.#drawHead(open)
    if (this.#shown !== open.id) this.#turnTo(open.id)
    this.#drawMessages(open)
    byId('older').hidden = !this.#chat.thread(open.id).earlier
    byId('activity').textContent = activity(this.#chat, open)
    this.#keepAtEnd()
  }

  /** @param {string} id */
  #turnTo(id) {
    this.#shown = id
    this.#atEnd = true
    this.#composer.begin(id)
  }

  #keepAtEnd() {
    if (this.#atEnd) this.#scroll.scrollTop = this.#scroll.scrollHeight
  }

  /** @param {Conversation} open */
  #drawHead(open) {
    const owns = open.participants.some(({ userId, role }) => userId === this.#chat.me.id && role === 'owner')
    byId('title').textContent = titleOf(this.#chat, open)
    byId('subtitle').textContent = subtitle(this.#chat, open)
    byId('members').hidden = open.type !== 'group'
    byId('remove').hidden = open.type === 'group' && !owns
  }

  /** @param {Conversation} open */
  #drawMessages(open) {
    const deeds = {
      reply: (/** @type {Message} */ message) => this.#composer.reply(message),
      edit: (/** @type {Message} */ message) => this.#composer.edit(message),
      remove: (/** @type {Message} */ message) => void this.#removeMessage(message),
    }
    reconcile(
      byId('messages'),
      entriesOf(this.#chat, open),
      ({ key }) => key,
      ({ message, ...other }) => [other, message && messageLooks(this.#chat, open, message)],
      ({ day = '', message, first = false, unsent, receipt }) => {
        if (message) return messageEntry(this.#chat, open, message, first, deeds)
        if (unsent) return unsentEntry(this.#chat, open.id, unsent)
        return receipt
          ? element('li', { class: 'mine receipt' }, receipt)
          : element('li', { class: 'event day' }, dayName(day))
      },
    )
  }

  // What is on the screen stays in its place while earlier messages come above it.
  async #showEarlier() {
    const { open } = this.#chat
    if (open === undefined) return
    const below = this.#scroll.scrollHeight - this.#scroll.scrollTop
    this.#atEnd = false
    await this.#orTell(loadEarlier(this.#chat, open.id))
    this.draw()
    this.#scroll.scrollTop = this.#scroll.scrollHeight - below
  }

  /** @param {Message} message */
  async #removeMessage({ id }) {
    if (await confirmed('Delete this message for everyone?', 'Delete'))
      await this.#orTell(rest('DELETE', `/api/messages/${id}`))
  }

  async #removeConversation() {
    const { open } = this.#chat
    if (open === undefined) return
    const whom = open.type === 'group' ? 'everyone' : 'you'
    if (await confirmed(`Delete this conversation for ${whom}?`, 'Delete'))
      await this.#orTell(
        rest('DELETE', `/api/conversations/${open.id}`).then(() => this.#chat.forget(open.id)),
      )
    this.#chat.changed()
  }

  /** @param {Promise<unknown>} deed */
  async #orTell(deed) {
    await deed.catch((error) => this.#chat.tell(error.message))
  }
}

/**
 * @param {Chat} chat
 * @param {Conversation} open
 * @returns {Entry[]}
 */
function entriesOf(chat, open) {
  const { messages, unsent } = chat.thread(open.id)
  const lastMine = messages.findLast(({ senderId }) => senderId === chat.me.id)
  let day = ''
  /** @type {Entry[]} */
  const entries = messages.flatMap((message, index) => {
    const before = day
    day = dayOf(message.createdAt)
    /** @type {Entry[]} */
    const entries = [{ key: message.id, message, first: startsGroup(message, messages[index - 1]) }]
    if (day !== before) entries.unshift({ key: day, day: message.createdAt })
    // An entry of its own: what changes is read out again, and that should not be the message.
    if (message === lastMine && message.deletedAt === null)
      entries.push({ key: 'receipt', receipt: receiptOf(chat, open, message) })
    return entries
  })
  return [...entries, ...unsent.map((one) => ({ key: one.localId, unsent: one }))]
}

/**
 * Whether somebody else wrote before, or the same person a while ago.
 * @param {Message} message
 * @param {Message | undefined} before
 */
const startsGroup = (message, before) =>
  before === undefined ||
  before.senderId !== message.senderId ||
  Date.parse(message.createdAt) - Date.parse(before.createdAt) > APART

/**
 * @param {Chat} chat
 * @param {Conversation} open
 */
function subtitle(chat, open) {
  if (open.type === 'support') return supportStatus(open)
  if (open.type === 'group') {
    const online = chat.others(open).filter(({ userId }) => chat.presence.get(userId)?.online)
    return `${open.participants.length} members, ${online.length + 1} online`
  }
  const [other] = chat.others(open)
  const lastSeen = other && chat.presence.get(other.userId)?.lastSeen
  if (isOnline(chat, open)) return 'Online'
  return lastSeen ? `Last seen ${dayName(lastSeen).toLowerCase()} at ${timeOf(lastSeen)}` : 'Offline'
}

/** @param {Conversation} open */
function supportStatus(open) {
  if (open.status === 'closed') return 'Closed. Write to open it again.'
  if (open.assignee !== null) return `With ${open.assignee.name}`
  return open.queue === null
    ? 'Somebody will answer here.'
    : `Waiting, number ${open.queue.position} in the queue`
}

/**
 * @param {Chat} chat
 * @param {Conversation} open
 */
function activity(chat, open) {
  const doing = (/** @type {'typing' | 'recording'} */ what) => {
    const names = [...chat.thread(open.id).active]
      .filter(([, activity]) => activity === what)
      .map(([userId]) => chat.nameOf(userId, open))
    return names.length > 0 && `${listOf(names)} ${names.length === 1 ? 'is' : 'are'} ${what} …`
  }
  return [doing('typing'), doing('recording')].filter(Boolean).join(' ')
}
