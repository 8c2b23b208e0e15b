import { armBeginDialog } from './begin-dialog.js'
import { Chat } from './chat.js'
import { Composer } from './composer.js'
import { rest } from './connection.js'
import { armDialogs } from './dialogs.js'
import { byId, element } from './dom.js'
import { hue, initials } from './format.js'
import { avatar, drawList } from './list-view.js'
import { MembersDialog } from './members-dialog.js'
import { ThreadView } from './thread-view.js'

/** @typedef {import('./chat.js').User} User */

const NOTICE_SECONDS = 8

armDialogs()
await begin()

/** Shows the chat to whoever is signed in, else asks who it is. */
async function begin() {
  const { user, users } = await rest('GET', '/session')
  byId('sign-in').hidden = user !== null
  byId('app').hidden = user === null
  if (user === null) drawSignIn(users)
  else await openChat(user, users)
}

/** @param {User[]} users */
function drawSignIn(users) {
  const signIn = async (/** @type {string} */ userId) => {
    await rest('POST', '/session', { userId })
    await begin()
  }
  const person = (/** @type {User} */ { id, name }) =>
    element(
      'li',
      {},
      element(
        'button',
        { type: 'button', onclick: () => void signIn(id) },
        avatar(id, name),
        element('span', {}, name),
      ),
    )
  byId('people').replaceChildren(...users.map(person))
}

/**
 * @param {User} me
 * @param {User[]} users
 */
async function openChat(me, users) {
  byId('my-name').textContent = me.name
  byId('my-avatar').textContent = initials(me.name)
  byId('my-avatar').classList.add(`hue-${hue(me.id)}`)
  const { url } = await rest('GET', '/chat-token')
  let waits = false
  /** @type {() => void} */
  let draw = () => {}
  // Several changes of one moment are drawn once.
  const changed = () => {
    if (waits) return
    waits = true
    queueMicrotask(() => {
      waits = false
      draw()
    })
  }
  const chat = new Chat(me, users, url, { changed, tell, onSignedOut: () => location.reload() })
  const thread = new ThreadView(chat, new Composer(chat))
  const members = new MembersDialog(chat)
  armBeginDialog(chat)
  byId('sign-out').onclick = () => void signOut(chat)
  draw = () => {
    drawList(chat)
    thread.draw()
    members.draw()
  }
  changed()
}

/** @param {Chat} chat */
async function signOut(chat) {
  chat.close()
  await rest('DELETE', '/session')
  location.reload()
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let notice

/** @param {string} sentence */
function tell(sentence) {
  clearTimeout(notice)
  byId('notice').textContent = sentence
  byId('notice').hidden = false
  notice = setTimeout(() => {
    byId('notice').hidden = true
  }, NOTICE_SECONDS * 1000)
}
