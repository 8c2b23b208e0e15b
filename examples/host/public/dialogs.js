import { byId, element } from './dom.js'

/** Closes every dialog of the page by its own buttons. */
export function armDialogs() {
  for (const dialog of document.querySelectorAll('dialog'))
    for (const button of dialog.querySelectorAll('[data-close]'))
      button.addEventListener('click', () => dialog.close())
}

/**
 * Asks before something that cannot be taken back.
 * @param {string} question
 * @param {string} verb
 * @returns {Promise<boolean>}
 */
export function confirmed(question, verb) {
  const dialog = byId('confirm-dialog', HTMLDialogElement)
  byId('confirm-question').textContent = question
  byId('confirm-yes').textContent = verb
  dialog.returnValue = ''
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true })
  })
}

/**
 * A choice of people.
 * @param {{ id: string, name: string }} person
 */
export const choice = ({ id, name }) =>
  element(
    'label',
    { class: 'choice' },
    element('input', { type: 'checkbox', name: 'person', value: id }),
    element('span', {}, name),
  )
