import { choice } from './dialogs.js'
import { byId } from './dom.js'

/** @typedef {import('./chat.js').Chat} Chat */

/** The dialog that begins a conversation: with one person a direct one, with several a group. @param {Chat} chat */
export function armBeginDialog(chat) {
  const dialog = byId('begin-dialog', HTMLDialogElement)
  const form = byId('begin-form', HTMLFormElement)
  const people = byId('begin-people')
  const chosen = () => new FormData(form).getAll('person').map(String)
  const drawChoice = () => {
    byId('begin-name').hidden = chosen().length < 2
    byId('begin-confirm', HTMLButtonElement).disabled = chosen().length === 0
  }
  byId('begin').onclick = () => {
    form.reset()
    people.replaceChildren(...chat.users.filter(({ id }) => id !== chat.me.id).map(choice))
    drawChoice()
    dialog.showModal()
  }
  form.onchange = drawChoice
  form.onsubmit = () => {
    const title = byId('group-title', HTMLInputElement).value.trim()
    begin(chat, chosen(), title)
  }
  byId('support').onclick = () => begin(chat, [], '')
}

/**
 * @param {Chat} chat
 * @param {string[]} participantIds Nobody: support.
 * @param {string} title
 */
function begin(chat, participantIds, title) {
  const type = typeFor(participantIds.length)
  const wish = { type, participantIds, ...(type === 'group' && title !== '' && { title }) }
  chat.begin(wish).catch((error) => chat.tell(error.message))
}

/** @param {number} others @returns {'support' | 'direct' | 'group'} */
function typeFor(others) {
  if (others === 0) return 'support'
  return others === 1 ? 'direct' : 'group'
}
