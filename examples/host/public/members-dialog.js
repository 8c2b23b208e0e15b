import { rest } from './connection.js'
import { byId, element, reconcile } from './dom.js'
import { avatar } from './list-view.js'

/**
 * @typedef {import('./chat.js').Chat} Chat
 * @typedef {import('../wire.js').Conversation} Conversation
 * @typedef {import('../wire.js').Participant} Participant
 */

/** The dialog with the members of a group: who they are, adding, removing, leaving. */
export class MembersDialog {
  #chat
  #dialog = byId('members-dialog', HTMLDialogElement)

  /** @param {Chat} chat */
  constructor(chat) {
    this.#chat = chat
    byId('members').onclick = () => {
      if (chat.openId !== null) chat.reloadSoon(chat.openId)
      this.#dialog.showModal()
      this.draw()
    }
    byId('add-form', HTMLFormElement).onsubmit = (event) => {
      event.preventDefault()
      this.#do('POST', '', { participantIds: [byId('add-person', HTMLSelectElement).value] })
    }
    byId('leave').onclick = () => {
      this.#do('DELETE', `/${encodeURIComponent(chat.me.id)}`)
      this.#dialog.close()
    }
  }

  draw() {
    const { open } = this.#chat
    if (!this.#dialog.open) return
    if (open === undefined || open.type !== 'group') return this.#dialog.close()
    const mayChange = this.#mayChange(open)
    reconcile(
      byId('member-list'),
      open.participants,
      ({ userId }) => userId,
      (one) => [this.#chat.nameOf(one.userId, open), one.role, this.#online(one), mayChange],
      (one) => this.#entry(open, one, mayChange),
    )
    this.#drawAdding(open, mayChange)
  }

  /** @param {Conversation} open */
  #mayChange(open) {
    const mine = open.participants.find(({ userId }) => userId === this.#chat.me.id)
    return mine !== undefined && mine.role !== 'member'
  }

  /**
   * @param {Conversation} open
   * @param {boolean} mayChange
   */
  #drawAdding(open, mayChange) {
    const inside = new Set(open.participants.map(({ userId }) => userId))
    const others = this.#chat.users.filter(({ id }) => !inside.has(id))
    byId('add-form').hidden = !mayChange || others.length === 0
    reconcile(
      byId('add-person'),
      others,
      ({ id }) => id,
      ({ name }) => name,
      ({ id, name }) => element('option', { value: id }, name),
    )
  }

  /**
   * @param {Conversation} open
   * @param {Participant} participant
   * @param {boolean} mayChange
   */
  #entry(open, { userId, role }, mayChange) {
    const name = this.#chat.nameOf(userId, open)
    const me = userId === this.#chat.me.id
    return element(
      'li',
      {},
      avatar(userId, name, this.#online({ userId })),
      element('span', { class: 'grow' }, me ? `${name} (you)` : name),
      role !== 'member' && element('span', { class: 'faint' }, role),
      mayChange &&
        !me &&
        role === 'member' &&
        element(
          'button',
          {
            type: 'button',
            class: 'quiet danger',
            'aria-label': `Remove ${name}`,
            onclick: () => this.#do('DELETE', `/${encodeURIComponent(userId)}`),
          },
          'Remove',
        ),
    )
  }

  /** @param {{ userId: string }} participant */
  #online({ userId }) {
    return userId === this.#chat.me.id || (this.#chat.presence.get(userId)?.online ?? false)
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  #do(method, path, body) {
    const id = this.#chat.openId
    if (id === null) return
    rest(method, `/api/conversations/${id}/participants${path}`, body).catch((error) =>
      this.#chat.tell(error.message),
    )
  }
}
