import type { AgentDraft, PendingMessage } from './client.js'
import type { Entry, Person } from './model.js'

/** What waits in the outbox as a line of the transcript. */
export function pendingEntry(pending: PendingMessage<AgentDraft>, agent: Person): Entry {
  const sequence = pending.draft.expect_sequence ?? 0
  return {
    id: pending.localId,
    localId: pending.localId,
    chatId: pending.conversationId,
    sequence: null,
    afterSequence: sequence,
    revision: 0,
    sender: 'agent',
    senderId: agent.id,
    senderName: agent.name,
    body: pending.draft.body ?? '',
    attachments: [],
    reactions: [],
    status: pending.state === 'failed' ? 'failed' : 'sending',
    internal: pending.draft.visibility === 'internal',
    at: pending.createdAt,
    edited: false,
    deleted: false,
  }
}
