import { element } from './dom.js'
import { hue, listOf, timeOf } from './format.js'
import { avatar } from './list-view.js'

/**
 * @typedef {import('./chat.js').Chat} Chat
 * @typedef {import('../wire.js').Conversation} Conversation
 * @typedef {import('../wire.js').Message} Message
 * @typedef {import('./thread.js').Unsent} Unsent
 * @typedef {{ reply: (message: Message) => void, edit: (message: Message) => void, remove: (message: Message) => void }} Deeds
 */

const EMOJIS = ['👍', '❤️', '😂', '🎉']

/**
 * Everything that the picture of a message depends on.
 * @param {Chat} chat
 * @param {Conversation} conversation
 * @param {Message} message
 */
export const messageLooks = (chat, conversation, message) => [
  message.content,
  message.isEdited,
  message.deletedAt,
  message.reactions,
  senderName(chat, conversation, message),
  quoted(chat, conversation, message),
  message.attachments,
]

/**
 * @param {Chat} chat
 * @param {Conversation} conversation
 * @param {Message} message
 * @param {boolean} first Of several that belong together: it says who wrote them.
 * @param {Deeds} deeds
 */
export function messageEntry(chat, conversation, message, first, deeds) {
  const { id, senderId, sender, createdAt, deletedAt } = message
  if (sender.type === 'system') return element('li', { class: 'event' }, message.content)
  const mine = senderId === chat.me.id
  const name = senderName(chat, conversation, message)
  return element(
    'li',
    { class: `message${mine ? ' mine' : ''}${first ? ' first' : ''}`, id: `message-${id}`, tabindex: -1 },
    first && !mine && avatar(senderId ?? sender.type, name),
    element(
      'article',
      { class: 'bubble-line', 'aria-label': `${mine ? 'You' : name}, ${timeOf(createdAt)}` },
      first && !mine && element('p', { class: `from hue-text-${hue(senderId ?? sender.type)}` }, name),
      element(
        'div',
        { class: `bubble${deletedAt === null ? '' : ' gone'}` },
        quote(chat, conversation, message),
        element('p', { class: 'text' }, deletedAt === null ? message.content : 'This message was deleted.'),
        ...(deletedAt === null ? message.attachments.map((file) => attachment(chat, file)) : []),
        element(
          'p',
          { class: 'when' },
          message.isEdited && deletedAt === null && element('span', {}, 'edited'),
          element('time', { datetime: createdAt }, timeOf(createdAt)),
        ),
      ),
      deletedAt === null && reactions(chat, conversation, message),
      deletedAt === null && tools(chat, message, mine, deeds),
    ),
  )
}

/**
 * What was written and has not been stored yet.
 * @param {Chat} chat
 * @param {string} conversationId
 * @param {Unsent} unsent
 */
export const unsentEntry = (chat, conversationId, { localId, content, error }) =>
  element(
    'li',
    { class: 'message mine unsent' },
    element(
      'article',
      { class: 'bubble-line' },
      element('div', { class: 'bubble' }, element('p', { class: 'text' }, content)),
      error === null
        ? element('p', { class: 'receipt' }, 'Sending …')
        : element(
            'p',
            { class: 'receipt refused', role: 'alert' },
            `Not sent. ${error} `,
            button('Try again', () => void chat.outbox.sendAgain(conversationId)),
            button('Discard', () => void chat.outbox.drop(conversationId, localId)),
          ),
    ),
  )

/**
 * @param {string} label
 * @param {() => void} onclick
 */
const button = (label, onclick) =>
  element('button', { type: 'button', class: 'quiet', 'data-action': label, onclick }, label)

/**
 * @param {Chat} chat
 * @param {Conversation} conversation
 * @param {Message} message
 */
function reactions(chat, conversation, message) {
  if (message.reactions.length === 0) return null
  return element(
    'ul',
    { class: 'reactions', 'aria-label': 'Reactions' },
    ...message.reactions.map(({ emoji, count, userIds }) => {
      const names = userIds.map((id) => (id === chat.me.id ? 'you' : chat.nameOf(id, conversation)))
      const mine = userIds.includes(chat.me.id)
      const label = `${emoji} ${count}, by ${listOf(names)}`
      return element(
        'li',
        {},
        element(
          'button',
          {
            type: 'button',
            class: 'reaction',
            'data-action': `reaction ${emoji}`,
            'aria-pressed': String(mine),
            'aria-label': label,
            title: listOf(names),
            onclick: () => react(chat, message, emoji),
          },
          `${emoji} ${count}`,
        ),
      )
    }),
  )
}

/**
 * @param {Chat} chat
 * @param {Message} message
 * @param {boolean} mine
 * @param {Deeds} deeds
 */
const tools = (chat, message, mine, deeds) =>
  element(
    'div',
    { class: 'tools', role: 'group', 'aria-label': 'What to do with this message' },
    ...EMOJIS.map((emoji) =>
      element(
        'button',
        {
          type: 'button',
          class: 'quiet emoji',
          'data-action': `react ${emoji}`,
          'aria-label': `React with ${emoji}`,
          onclick: () => react(chat, message, emoji),
        },
        emoji,
      ),
    ),
    button('Reply', () => deeds.reply(message)),
    mine && button('Edit', () => deeds.edit(message)),
    mine && button('Delete', () => deeds.remove(message)),
  )

/**
 * @param {Chat} chat
 * @param {Message} message
 * @param {string} emoji
 */
const react = (chat, message, emoji) =>
  void chat.react(message, emoji).catch((/** @type {Error} */ error) => chat.tell(error.message))

/**
 * @param {Chat} chat
 * @param {Conversation} conversation
 * @param {Message} message
 */
function quote(chat, conversation, message) {
  const words = quoted(chat, conversation, message)
  if (words === undefined) return null
  const show = () => document.getElementById(`message-${message.replyTo}`)?.focus()
  return element(
    'button',
    { type: 'button', class: 'quote', 'data-action': 'quote', onclick: show },
    element('strong', {}, words.name),
    element('span', {}, words.content),
  )
}

/**
 * @param {Chat} chat
 * @param {Conversation} conversation
 * @param {Message} message
 */
function quoted(chat, conversation, message) {
  if (message.replyTo === null) return undefined
  const to = chat.thread(conversation.id).find(message.replyTo)
  if (to === undefined) return { name: 'An earlier message', content: '' }
  const name = to.senderId === chat.me.id ? 'You' : senderName(chat, conversation, to)
  return { name, content: to.deletedAt === null ? to.content.slice(0, 140) : 'This message was deleted.' }
}

/**
 * @param {Chat} chat
 * @param {Conversation} conversation
 * @param {Message} message
 */
const senderName = (chat, conversation, { senderId, sender }) =>
  sender.name ?? (senderId === null ? 'Support' : chat.nameOf(senderId, conversation))

/**
 * A file that somebody sent. Its link comes without an origin and gets that of the chat service.
 * @param {Chat} chat
 * @param {import('../wire.js').Attachment} file
 */
const attachment = (chat, { name, url }) =>
  element('a', { class: 'file', href: chat.url + url, target: '_blank', rel: 'noopener noreferrer' }, name)

/**
 * Who has read the last message of the person.
 * @param {Chat} chat
 * @param {Conversation} conversation
 * @param {Message} message
 */
export function receiptOf(chat, conversation, { sequence }) {
  const { read } = chat.thread(conversation.id)
  const names = [...read]
    .filter(([userId, upTo]) => userId !== chat.me.id && upTo >= sequence)
    .map(([userId]) => chat.nameOf(userId, conversation))
  return names.length === 0 ? 'Sent' : `Read by ${listOf(names.sort())}`
}
