/**
 * @typedef {import('./chat.js').Chat} Chat
 * @typedef {import('../wire.js').Heard} Heard
 */

/**
 * Takes what the chat service says into what the page knows.
 * @param {Chat} chat
 * @param {import('socket.io-client').Socket<Heard, import('../wire.js').Said>} socket
 */
export function listen(chat, socket) {
  /** @type {(take: (payload: any) => void) => (payload: any) => void} */
  const then = (take) => (payload) => {
    take(payload)
    chat.changed()
  }
  /** @type {[keyof Heard, (payload: any) => void][]} */
  const listeners = [
    ...messages(chat),
    ...reactions(chat),
    ...receipts(chat),
    ...activity(chat),
    ...presence(chat),
    ...membership(chat),
    // A token that ran out is no news to a person: the connection comes again with another.
    ['error', ({ code, message }) => code !== 'unauthorized' && chat.tell(message)],
  ]
  for (const [event, take] of listeners) socket.on(event, then(take))
}

/** @param {Chat} chat @returns {[keyof Heard, (payload: any) => void][]} */
const messages = (chat) => [
  ['message:new', (message) => arrived(chat, message)],
  [
    'message:updated',
    ({ messageId, ...change }) => {
      for (const thread of chat.threads.values()) thread.change(messageId, change)
      changeLast(chat, messageId, change)
    },
  ],
  [
    'message:deleted',
    ({ messageId, conversationId, deletedAt }) => {
      chat.thread(conversationId).change(messageId, { content: '', deletedAt })
      changeLast(chat, messageId, { content: '', deletedAt })
    },
  ],
]

/**
 * @param {Chat} chat
 * @param {import('../wire.js').Message} message
 */
function arrived(chat, message) {
  const { conversationId, senderId, sequence } = message
  const conversation = chat.conversations.get(conversationId)
  const isNew = sequence > (conversation?.lastMessage?.sequence ?? 0)
  chat.take(message)
  if (senderId !== null) chat.thread(conversationId).active.delete(senderId)
  if (conversation === undefined) return chat.bringBack(conversationId)
  if (isNew && senderId !== chat.me.id) conversation.unreadCount = conversation.unreadCount + 1
  if (conversationId === chat.openId) chat.readOpen()
  // No event says who serves: the messages do.
  if (conversation.type === 'support' && senderId !== chat.me.id) chat.reloadSoon(conversationId)
}

/**
 * @param {Chat} chat
 * @param {string} messageId
 * @param {object} change
 */
function changeLast(chat, messageId, change) {
  for (const conversation of chat.conversations.values())
    if (conversation.lastMessage?.id === messageId)
      conversation.lastMessage = { ...conversation.lastMessage, ...change }
}

/** @param {Chat} chat @returns {[keyof Heard, (payload: any) => void][]} */
function reactions(chat) {
  const react =
    (/** @type {boolean} */ added) => (/** @type {Parameters<Heard['reaction:added']>[0]} */ change) =>
      chat
        .thread(change.conversationId)
        .react(change.userId, change.emoji, change.messageId, change.totalCount, added)
  return [
    ['reaction:added', react(true)],
    ['reaction:removed', react(false)],
  ]
}

/** @param {Chat} chat @returns {[keyof Heard, (payload: any) => void][]} */
const receipts = (chat) => [
  [
    'message:read',
    ({ conversationId, userId, messageId }) => chat.thread(conversationId).markRead(userId, messageId),
  ],
  [
    'conversation:read',
    ({ conversationId, userId, upToMessageId }) => {
      chat.thread(conversationId).markRead(userId, upToMessageId)
      // Read on another device of the same person.
      if (userId === chat.me.id && conversationId !== chat.openId) chat.reloadSoon(conversationId)
    },
  ],
]

/** @param {Chat} chat @returns {[keyof Heard, (payload: any) => void][]} */
function activity(chat) {
  const act =
    (/** @type {'typing' | 'recording'} */ what) =>
    (/** @type {import('../wire.js').Activity} */ { conversationId, userId, isActive }) => {
      const { active } = chat.thread(conversationId)
      if (isActive && userId !== chat.me.id) active.set(userId, what)
      else if (active.get(userId) === what) active.delete(userId)
    }
  return [
    ['user:typing', act('typing')],
    ['user:recording', act('recording')],
  ]
}

/** @param {Chat} chat @returns {[keyof Heard, (payload: any) => void][]} */
const presence = (chat) => [
  ['user:online', ({ userId }) => chat.presence.set(userId, { online: true, lastSeen: null })],
  ['user:offline', ({ userId, lastSeen }) => chat.presence.set(userId, { online: false, lastSeen })],
]

/** @param {Chat} chat @returns {[keyof Heard, (payload: any) => void][]} */
const membership = (chat) => [
  ['conversation:new', (conversation) => chat.enter(conversation)],
  ['conversation:joined', (conversation) => chat.enter(conversation)],
  ['conversation:removed', ({ conversationId }) => chat.forget(conversationId)],
  [
    'participant:added',
    ({ conversationId }) => {
      chat.reloadSoon(conversationId)
      chat.presenceSoon(conversationId)
    },
  ],
  ['participant:removed', ({ conversationId }) => chat.reloadSoon(conversationId)],
]
