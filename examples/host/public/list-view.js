import { byId, element, reconcile } from './dom.js'
import { briefly, hue, initials, listOf } from './format.js'

/**
 * @typedef {import('./chat.js').Chat} Chat
 * @typedef {import('../wire.js').Conversation} Conversation
 */

const status = {
  connecting: 'Connecting …',
  connected: 'Connected',
  offline: 'Not connected. What you write is kept and sent later.',
}

/** The list of conversations, and the line above it. @param {Chat} chat */
export function drawList(chat) {
  byId('connection').textContent = status[chat.connection.status]
  byId('connection').dataset.status = chat.connection.status
  byId('no-conversations').hidden = !chat.loaded || chat.conversations.size > 0
  reconcile(
    byId('conversations'),
    chat.list,
    ({ id }) => id,
    (one) => looks(chat, one),
    (one) => entry(chat, one),
  )
  const unread = chat.list.reduce((sum, one) => sum + one.unreadCount, 0)
  document.title = unread === 0 ? 'Messages' : `(${unread}) Messages`
}

/**
 * What a conversation is called here.
 * @param {Chat} chat
 * @param {Conversation} conversation
 */
export function titleOf(chat, conversation) {
  if (conversation.title) return conversation.title
  if (conversation.type === 'support') return 'Support'
  const names = chat.others(conversation).map(({ userId }) => chat.nameOf(userId, conversation))
  return names.length === 0 ? 'Only you' : listOf(names)
}

/**
 * Of a direct conversation: whether the other person is there.
 * @param {Chat} chat
 * @param {Conversation} conversation
 */
export function isOnline(chat, conversation) {
  if (conversation.type !== 'direct') return undefined
  const [other] = chat.others(conversation)
  return other === undefined ? undefined : (chat.presence.get(other.userId)?.online ?? false)
}

/**
 * @param {string} id
 * @param {string} name
 * @param {boolean} [online]
 */
export const avatar = (id, name, online) =>
  element(
    'div',
    { class: `avatar hue-${hue(id)}`, 'aria-hidden': 'true' },
    initials(name),
    online !== undefined && element('i', { class: online ? 'dot online' : 'dot' }),
  )

/**
 * @param {Chat} chat
 * @param {Conversation} conversation
 */
function looks(chat, conversation) {
  const { lastMessage, unreadCount, id } = conversation
  const { unsent } = chat.thread(id)
  return [
    titleOf(chat, conversation),
    isOnline(chat, conversation),
    preview(chat, conversation),
    lastMessage && briefly(lastMessage.createdAt),
    unreadCount,
    unsent.length,
    id === chat.openId,
  ]
}

/**
 * @param {Chat} chat
 * @param {Conversation} conversation
 */
function entry(chat, conversation) {
  const { id, lastMessage, unreadCount } = conversation
  const title = titleOf(chat, conversation)
  const online = isOnline(chat, conversation)
  return element(
    'li',
    {},
    element(
      'button',
      {
        type: 'button',
        class: 'conversation',
        'data-action': 'open',
        'aria-current': id === chat.openId ? 'true' : null,
        onclick: () => void chat.show(id).catch((error) => chat.tell(error.message)),
      },
      avatar(
        conversation.type === 'direct' ? (chat.others(conversation)[0]?.userId ?? id) : id,
        title,
        online,
      ),
      element(
        'span',
        { class: 'grow' },
        element(
          'span',
          { class: 'line' },
          element('strong', { class: 'name' }, title),
          online && element('span', { class: 'hidden-text' }, ', online'),
          lastMessage && element('time', { datetime: lastMessage.createdAt }, briefly(lastMessage.createdAt)),
        ),
        element(
          'span',
          { class: 'line' },
          element('span', { class: 'preview' }, preview(chat, conversation)),
          unreadCount > 0 &&
            element(
              'span',
              { class: 'badge' },
              String(unreadCount),
              element('span', { class: 'hidden-text' }, ' unread'),
            ),
        ),
      ),
    ),
  )
}

/**
 * @param {Chat} chat
 * @param {Conversation} conversation
 */
function preview(chat, conversation) {
  const { lastMessage } = conversation
  if (lastMessage === null) return 'Nothing written yet'
  if (lastMessage.deletedAt !== null) return 'Message deleted'
  const who = lastMessage.senderId === chat.me.id ? 'You: ' : ''
  return `${who}${lastMessage.content}`
}
