import { createHash } from 'node:crypto'
import { cut } from '../bot/writer.js'
import type { Message } from '../model.js'

/** What is kept of a push until it is sent. */
export type PushPayload = {
  title: string
  body: string
  appId: string
  conversationId: string
  messageId: string
}

const titleCodePoints = 80
const bodyCodePoints = 200
// Control characters, and those that turn the direction of what stands around them.
const unshown = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu

/** What a device is told of a message, from whom: the app, where the sender has no name. */
export function payloadOf(message: Message, app: { id: string; name: string }): PushPayload {
  const files = message.attachments.map(({ name }) => name).join(', ')
  return {
    title: oneLine(message.senderName ?? app.name, titleCodePoints),
    body: oneLine(message.body.trim() === '' ? files : message.body, bodyCodePoints),
    appId: app.id,
    conversationId: message.conversationId,
    messageId: message.id,
  }
}

// Cut first: a long message is not to be searched to its end. Two units are the most that one code point takes.
const oneLine = (text: string, limit: number): string =>
  cut(
    text
      .slice(0, limit * 4)
      .toWellFormed()
      .replace(unshown, ' ')
      .replace(/ {2,}/g, ' ')
      .trim(),
    limit,
  )

/** The same for every push of a conversation, and nothing that tells which one: 32 characters of base64url. */
export const collapseKeyOf = (conversationId: string): string =>
  createHash('sha256').update(conversationId).digest('base64url').slice(0, 32)
