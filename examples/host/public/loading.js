import { rest } from './connection.js'

/**
 * @typedef {import('./chat.js').Chat} Chat
 * @typedef {import('../wire.js').Conversation} Conversation
 */

/**
 * Loads what may have changed while no events came; the service has just greeted this page.
 * @param {Chat} chat
 */
export async function loadAll(chat) {
  const conversations = await conversationsFrom('')
  chat.conversations = new Map(conversations.map((one) => [one.id, one]))
  if (chat.open === undefined) chat.openId = null
  if (!chat.loaded) chat.outbox.restore()
  chat.loaded = true
  chat.changed()
  await Promise.all([loadPresence(chat), catchUp(chat)])
}

/**
 * @param {string} cursor
 * @returns {Promise<Conversation[]>}
 */
async function conversationsFrom(cursor) {
  const query = new URLSearchParams({ limit: '100', ...(cursor && { cursor }) })
  const { data, nextCursor } = await rest('GET', `/api/conversations?${query}`)
  return nextCursor === null ? data : [...data, ...(await conversationsFrom(nextCursor))]
}

/** @param {Chat} chat */
async function loadPresence(chat) {
  const userIds = chat.users.map(({ id }) => id)
  const { data } = await rest('POST', '/api/presence/batch', { userIds })
  takePresence(chat, data)
}

/**
 * Events tell of those with whom a conversation is shared: of others it was not heard until now that they came.
 * @param {Chat} chat
 * @param {string} conversationId
 */
export async function loadPresenceIn(chat, conversationId) {
  const { data } = await rest('GET', `/api/conversations/${conversationId}/presence`)
  takePresence(chat, data)
}

/**
 * @param {Chat} chat
 * @param {import('../wire.js').Presence[]} people
 */
function takePresence(chat, people) {
  for (const { userId, online, lastSeen } of people) chat.presence.set(userId, { online, lastSeen })
  chat.changed()
}

/** Brings the open thread up to date; the others are loaded afresh when they are opened. @param {Chat} chat */
async function catchUp(chat) {
  for (const [id, thread] of chat.threads) if (id !== chat.openId) thread.forget()
  if (chat.openId === null) return
  await loadMissed(chat, chat.openId)
  await loadLatest(chat, chat.openId)
}

/**
 * New messages since the last one here, however many.
 * @param {Chat} chat
 * @param {string} conversationId
 */
async function loadMissed(chat, conversationId) {
  const thread = chat.thread(conversationId)
  for (let more = true; more && thread.last !== undefined; ) {
    const place = { conversationId, lastMessageId: thread.last.id }
    const { messages, hasMore } = await chat.connection.ask('messages:sync', place)
    thread.put(messages)
    more = hasMore
    chat.changed()
  }
}

/**
 * The newest page, with what was edited, deleted and added to it, and how far others have read.
 * @param {Chat} chat
 * @param {string} conversationId
 */
export async function loadLatest(chat, conversationId) {
  const thread = chat.thread(conversationId)
  const page = await rest('GET', `/api/conversations/${conversationId}/messages?limit=50`)
  thread.put(page.data)
  if (thread.earlier === undefined) thread.earlier = page.nextCursor
  chat.readOpen()
  chat.changed()
  const mine = thread.messages.findLast(({ senderId }) => senderId === chat.me.id)
  if (mine === undefined) return
  const { data } = await rest('GET', `/api/messages/${mine.id}/read`)
  for (const { userId } of data) thread.markRead(userId, mine.id)
  chat.changed()
}

/**
 * The page before the earliest message here.
 * @param {Chat} chat
 * @param {string} conversationId
 */
export async function loadEarlier(chat, conversationId) {
  const thread = chat.thread(conversationId)
  if (!thread.earlier) return
  const query = new URLSearchParams({ limit: '50', cursor: thread.earlier })
  const page = await rest('GET', `/api/conversations/${conversationId}/messages?${query}`)
  thread.put(page.data)
  thread.earlier = page.nextCursor
  chat.changed()
}
