import type { ConnectionState, Conversation } from '../client/index.js'
import { help } from './command.js'

/** The state of the connection as a sentence. */
export function connectionSentence(state: ConnectionState, waiting: number): string {
  const lines = waiting === 0 ? '' : ` ${waiting} ${waiting === 1 ? 'line waits' : 'lines wait'} to be sent.`
  switch (state.phase) {
    case 'connecting':
      return `Connecting…${lines}`
    case 'connected':
      return 'Connected.'
    case 'waiting':
      return `No connection. Trying again at ${clockTime(state.nextAttemptAt)}.${lines}`
    case 'refused':
      return `Refused: ${state.error.message}`
    case 'closed':
      return `Left.${lines}`
  }
}

/** What changed in a conversation that its visitor wants to know. */
export function conversationSentences(now: Conversation, before: Conversation | null): string[] {
  return [
    begun(now, before),
    statusSentence(now, before),
    queueSentence(now, before),
    assigneeSentence(now, before),
  ].filter((sentence) => sentence !== null)
}

function begun(now: Conversation, before: Conversation | null): string | null {
  return before?.id === now.id ? null : `This is conversation ${now.id}. ${help}`
}

function statusSentence({ status }: Conversation, before: Conversation | null): string | null {
  if (status === before?.status) return null
  if (status === 'closed')
    return 'The conversation was closed. /rate 1 to 5 says how it was; a new line opens it again.'
  return before?.status === 'closed' ? 'The conversation is open again.' : null
}

function queueSentence({ queue }: Conversation, before: Conversation | null): string | null {
  if (queue === null) return null
  if (before?.queue?.position === queue.position) return null
  const wait =
    queue.eta_seconds === null ? '' : `, about ${Math.max(1, Math.ceil(queue.eta_seconds / 60))} min`
  return `You are number ${queue.position} in the queue${wait}.`
}

function assigneeSentence({ assignee }: Conversation, before: Conversation | null): string | null {
  if (assignee === null || assignee.id === before?.assignee?.id) return null
  return `${assignee.name} is with you.`
}

function clockTime(at: number): string {
  return new Date(at).toTimeString().slice(0, 8)
}
