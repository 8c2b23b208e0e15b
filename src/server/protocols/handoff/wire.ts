import type { AppStats } from '../../core/apps/stats.js'
import type { ConversationView } from '../../core/events.js'
import { type Conversation, type Message, priorityName, type SenderType } from '../../core/model.js'
import type { QueuedConversation } from '../../core/queue/listing.js'
import type { WireEvent } from '../protocol.js'
import type * as wire from './schemas.js'

const time = (at: number): string => new Date(at).toISOString()
const senders = { contact: 'user', agent: 'agent', bot: 'bot', system: 'system' } as const
const sender = (type: SenderType): wire.Message['sender'] => senders[type]

/** `bot`, `waiting`, `agent` or `closed`, from the handler and the status. */
export function statusOf({ status, handler }: Conversation): wire.StatusChanged['status'] {
  if (status === 'closed') return 'closed'
  return handler === 'queue' || handler === null ? 'waiting' : handler
}

export const message = (from: Message): wire.Message => ({
  id: from.id,
  sessionId: from.conversationId,
  content: from.body,
  sender: sender(from.senderType),
  timestamp: time(from.createdAt),
  metadata: (from.metadata ?? {}) as wire.Message['metadata'],
})

/** Of a note, such as the bot's summary: this protocol has no sender for it. */
function note(from: Message): wire.Message {
  const shown = message(from)
  return { ...shown, sender: 'system', metadata: { ...shown.metadata, internal: true } }
}

function statusChanged(view: ConversationView): wire.StatusChanged {
  const { assignee, queue, conversation } = view
  return {
    status: statusOf(conversation),
    ...(assignee !== null && conversation.handler === 'agent' ? { agentName: assignee.name } : {}),
    ...(queue === null ? {} : { position: queue.position }),
    ...(queue?.etaSeconds == null ? {} : { etaSeconds: queue.etaSeconds }),
  }
}

/** What a customer is told of a conversation that changed. */
export const statusEvent = (view: ConversationView): WireEvent =>
  view.conversation.status === 'closed' ? ['session:closed', {}] : ['status:changed', statusChanged(view)]

/** A conversation as this wire shows it, with its messages. */
export function session(view: ConversationView, messages: Message[]): wire.Session {
  const { conversation, contact, assignee } = view
  return {
    id: conversation.id,
    userId: contact?.externalId ?? contact?.id ?? null,
    status: statusOf(conversation),
    assignedAgent: assignee?.id ?? null,
    botContext: conversation.botContext as wire.Session['botContext'],
    metadata: conversation.metadata as wire.Session['metadata'],
    createdAt: time(conversation.createdAt),
    updatedAt: time(conversation.updatedAt),
    messages: messages.map((sent) => (sent.internal ? note(sent) : message(sent))),
  }
}

/** The head of the queue and its length. */
export const queueUpdate = (entries: QueuedConversation[], total: number, now: number): wire.QueueUpdate => ({
  sessions: entries.map(({ entry, position, view }) => ({
    sessionId: view.conversation.id,
    userId: view.contact?.externalId ?? view.contact?.id ?? null,
    reason: entry.reason,
    priority: priorityName(entry.priority),
    position,
    requestedAt: time(entry.requestedAt),
    waitSeconds: Math.max(0, Math.round((now - entry.requestedAt) / 1000)),
    lastMessage: view.lastMessage?.body ?? null,
    metadata: view.conversation.metadata as wire.Session['metadata'],
  })),
  total,
})

export const systemStats = ({
  conversations,
  queue,
  agents,
  messages,
  averages,
}: AppStats): wire.SystemStats => ({
  sessions: {
    total: conversations.open + conversations.snoozed + conversations.closed,
    bot: conversations.bot,
    waiting: conversations.queue,
    agent: conversations.agent,
    closed: conversations.closed,
  },
  waiting: { high: queue.high, normal: queue.normal, low: queue.low },
  agents: { total: agents.total, online: agents.online, available: agents.available },
  messagesToday: messages.today,
  averageWaitSeconds: averages.waitingSeconds,
  averageFirstReplySeconds: averages.firstReplySeconds,
  averageDurationSeconds: averages.durationSeconds,
})
