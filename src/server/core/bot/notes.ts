import type { Priority, SentMessage } from '../model.js'
import { cut } from './writer.js'

/** Why a conversation leaves the bot, as agents read it. */
export interface Handover {
  reason: string | null
  priority: Priority
  /** In the bot's own words, where it had any. */
  summary: string | null
}

const shownMessages = 3
const shownLength = 300

/** What an agent must know of a conversation with the bot; made without a model, so that it is always there. */
export function handoverNote(handover: Handover, messages: readonly SentMessage[]): string {
  const bySender = (type: SentMessage['senderType']) =>
    messages.filter((message) => message.senderType === type)
  const [visitors, bots] = [bySender('contact'), bySender('bot')]
  const last = visitors.slice(-shownMessages).map(({ body }) => `> ${quoted(body)}`)
  return [
    `From the bot to the queue, priority ${handover.priority}. Reason: ${handover.reason ?? 'none given'}.`,
    ...(handover.summary === null ? [] : [`Summary by the bot: ${handover.summary}`]),
    `So far ${count(visitors.length, 'message')} of the visitor and ${count(bots.length, 'message')} of the bot.`,
    ...(last.length === 0 ? [] : ['The visitor wrote last:', ...last]),
  ].join('\n')
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`

const quoted = (body: string) =>
  body.trim() === '' ? '(an attachment)' : cut(body.trim().replaceAll(/\s+/g, ' '), shownLength)
