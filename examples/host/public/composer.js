import { rest } from './connection.js'
import { byId } from './dom.js'

/**
 * @typedef {import('./chat.js').Chat} Chat
 * @typedef {import('../wire.js').Message} Message
 */

/** The service ends both by itself when nothing is heard for a while (6 s): so it is said again. */
const STILL_AT_IT = 3_000
const STOPPED_TYPING = 4_000

/** Where a person writes: new messages, replies and edits; it tells the others that somebody types or records. */
export class Composer {
  #chat
  #text = byId('text', HTMLTextAreaElement)
  #record = byId('record')
  /** @type {string | null} */
  #conversationId = null
  /** @type {{ kind: 'reply' | 'edit', message: Message } | null} */
  #about = null
  /** What was begun elsewhere. @type {Map<string, string>} */
  #drafts = new Map()
  #toldAt = 0
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #quiet
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #stillRecording

  /** @param {Chat} chat */
  constructor(chat) {
    this.#chat = chat
    const form = byId('composer', HTMLFormElement)
    form.onsubmit = (event) => {
      event.preventDefault()
      this.#submit()
    }
    this.#text.onkeydown = (event) => this.#key(event)
    this.#text.oninput = () => this.#typed()
    byId('context-end').onclick = () => this.#endAbout()
    this.#listenToRecording()
  }

  /** Another conversation is on the screen. @param {string} conversationId */
  begin(conversationId) {
    this.#stopTyping()
    this.#recording(false)
    if (this.#conversationId !== null && this.#about?.kind !== 'edit')
      this.#drafts.set(this.#conversationId, this.#text.value)
    this.#conversationId = conversationId
    this.#about = null
    this.#write(this.#drafts.get(conversationId) ?? '')
    this.#drawAbout()
    // Not where a keyboard would come up over what is to be read.
    if (matchMedia('(hover: hover)').matches) this.#text.focus()
  }

  /** @param {Message} message */
  reply(message) {
    if (this.#about?.kind === 'edit') this.#write('')
    this.#about = { kind: 'reply', message }
    this.#drawAbout()
    this.#text.focus()
  }

  /** @param {Message} message */
  edit(message) {
    this.#about = { kind: 'edit', message }
    this.#write(message.content)
    this.#drawAbout()
    this.#text.focus()
  }

  #submit() {
    const content = this.#text.value.trim()
    const conversationId = this.#conversationId
    if (content === '' || conversationId === null) return
    const about = this.#about
    this.#write('')
    this.#endAbout()
    this.#stopTyping()
    if (about?.kind === 'edit') void this.#edit(about.message, content)
    else void this.#chat.outbox.send(conversationId, content, about?.message.id ?? null)
  }

  // What was refused is not lost: it is put back to be changed.
  async #edit(/** @type {Message} */ message, /** @type {string} */ content) {
    if (content === message.content) return
    try {
      await rest('PATCH', `/api/messages/${message.id}`, { content })
    } catch (error) {
      this.#chat.tell(error instanceof Error ? error.message : String(error))
      if (this.#text.value === '') this.edit({ ...message, content })
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.isComposing) return
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault()
      this.#submit()
    } else if (event.key === 'Escape') {
      this.#endAbout()
    } else if (event.key === 'ArrowUp' && this.#text.value === '') {
      this.#editLast(event)
    }
  }

  /** @param {KeyboardEvent} event */
  #editLast(event) {
    const last = this.#chat
      .thread(this.#conversationId ?? '')
      .messages.findLast(({ senderId, deletedAt }) => senderId === this.#chat.me.id && deletedAt === null)
    if (last === undefined) return
    event.preventDefault()
    this.edit(last)
  }

  #endAbout() {
    if (this.#about?.kind === 'edit') this.#write('')
    this.#about = null
    this.#drawAbout()
    this.#text.focus()
  }

  #drawAbout() {
    const about = this.#about
    byId('context').hidden = about === null
    byId('send').textContent = about?.kind === 'edit' ? 'Save' : 'Send'
    if (about === null) return
    const verb = about.kind === 'edit' ? 'Editing' : 'Reply to'
    byId('context-text').textContent = `${verb}: ${about.message.content}`
  }

  /** @param {string} content */
  #write(content) {
    this.#text.value = content
    this.#grow()
  }

  // Setting a height through the object model is allowed where the policy forbids style attributes.
  #grow() {
    this.#text.style.height = 'auto'
    this.#text.style.height = `${this.#text.scrollHeight + 2}px`
  }

  // ── Typing and recording ─────────────────────────────────────────────────────────────────────────────────────────

  #typed() {
    this.#grow()
    clearTimeout(this.#quiet)
    if (this.#text.value.trim() === '') return this.#stopTyping()
    this.#quiet = setTimeout(() => this.#stopTyping(), STOPPED_TYPING)
    if (Date.now() - this.#toldAt < STILL_AT_IT || this.#conversationId === null) return
    this.#toldAt = Date.now()
    this.#chat.connection.mention('typing:start', this.#conversationId)
  }

  #stopTyping() {
    clearTimeout(this.#quiet)
    if (this.#toldAt === 0 || this.#conversationId === null) return
    this.#toldAt = 0
    this.#chat.connection.mention('typing:stop', this.#conversationId)
  }

  #listenToRecording() {
    const begin = () => this.#recording(true)
    const end = () => this.#recording(false)
    const isPress = (/** @type {KeyboardEvent} */ { key, repeat }) => [' ', 'Enter'].includes(key) && !repeat
    this.#record.onpointerdown = begin
    for (const over of ['pointerup', 'pointerleave', 'pointercancel', 'keyup', 'blur'])
      this.#record.addEventListener(over, end)
    this.#record.onkeydown = (event) => {
      if (isPress(event)) begin()
    }
  }

  /** @param {boolean} on */
  #recording(on) {
    if (this.#conversationId === null || (this.#record.getAttribute('aria-pressed') === 'true') === on) return
    this.#record.setAttribute('aria-pressed', String(on))
    const { connection } = this.#chat
    const conversationId = this.#conversationId
    clearInterval(this.#stillRecording)
    if (on)
      this.#stillRecording = setInterval(
        () => connection.mention('recording:start', conversationId),
        STILL_AT_IT,
      )
    connection.mention(on ? 'recording:start' : 'recording:stop', conversationId)
  }
}
