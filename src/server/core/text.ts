import { invalid } from './errors.js'
import type { Json } from './model.js'

/**
 * Text as both databases take it: well-formed Unicode without U+0000. Postgres refuses both, so what is
 * stored must never depend on which database is behind.
 */
export const cleanText = (text: string): string => text.toWellFormed().replaceAll('\u0000', '')

/** Whether a database may be asked for it: nothing that is stored is otherwise. */
export const isClean = (text: string): boolean => cleanText(text) === text

/** Length in code points, as people count; UTF-16 units would make an emoji cost two. */
export function codePoints(text: string): number {
  let length = text.length
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    if (unit >= 0xd800 && unit <= 0xdbff) length--
  }
  return length
}

/** A message's body: cleaned, not longer than the limit. Empty is allowed where something is attached. */
export function cleanBody(body: string, limit: number, mayBeEmpty: boolean): string {
  const cleaned = cleanText(body)
  if (cleaned.length > limit && codePoints(cleaned) > limit)
    throw invalid(`A message holds at most ${limit} characters. Shorten it or send it in parts.`, {
      details: [{ path: 'body', message: `longer than ${limit} characters` }],
    })
  if (!mayBeEmpty && cleaned.trim() === '')
    throw invalid('A message needs a body or an attachment. Write something.', {
      details: [{ path: 'body', message: 'is empty' }],
    })
  return cleaned
}

/** A name, a reason, a subject: cleaned and cut to nothing more than asked; empty becomes null. */
export function cleanLine(text: string | null | undefined): string | null {
  if (text == null) return null
  const cleaned = cleanText(text).trim()
  return cleaned === '' ? null : cleaned
}

const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype'])

function cleanValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > 16) throw invalid('The metadata is nested too deep. Use at most 16 levels.')
  if (Array.isArray(value)) return value.map((item) => cleanValue(item, depth + 1))
  const entries = Object.entries(value).filter(([name]) => !forbiddenKeys.has(name))
  return Object.fromEntries(entries.map(([name, item]) => [cleanText(name), cleanValue(item, depth + 1)]))
}

/** Free JSON of a client: cleaned, without names that could reach a prototype, within the limit in bytes. */
export function cleanMetadata(metadata: Json | undefined, limitBytes: number): Json {
  if (metadata === undefined) return {}
  const cleaned = cleanValue(metadata, 0) as Json
  if (Buffer.byteLength(JSON.stringify(cleaned)) > limitBytes)
    throw invalid(`Metadata holds at most ${limitBytes} bytes of JSON. Store less, or a reference.`, {
      details: [{ path: 'metadata', message: `longer than ${limitBytes} bytes` }],
    })
  return cleaned
}

const emojiPattern = /^(?:\p{RGI_Emoji}|\p{Emoji_Presentation}|\p{Emoji}\uFE0F)$/v

/** Exactly one emoji, as Unicode recommends them for interchange. */
export function cleanEmoji(emoji: string): string {
  const cleaned = cleanText(emoji)
  if (!emojiPattern.test(cleaned)) throw invalid('A reaction is exactly one emoji, such as 👍.')
  return cleaned
}

/** Trimmed and in lower case. Throws invalid_request for what is no address. */
export function cleanEmail(email: string): string {
  const cleaned = cleanText(email).trim().toLowerCase()
  if (!/^[^\s@]+@[^\s@]+$/.test(cleaned)) throw invalid(`"${email.slice(0, 80)}" is not an e-mail address.`)
  return cleaned
}
