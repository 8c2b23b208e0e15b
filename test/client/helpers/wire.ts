import type { Conversation, Message } from '../../../src/client/index.js'

const at = '2026-01-01T00:00:00.000Z'

/** A message as the wire shows it; its revision is its sequence unless said otherwise. */
export function message(sequence: number, more: Partial<Message> = {}): Message {
  return {
    id: `msg_${String(sequence).padStart(6, '0')}`,
    local_id: null,
    conversation_id: 'conv_1',
    sequence,
    after_sequence: sequence - 1,
    revision: sequence,
    sender: 'agent',
    sender_id: 'agt_1',
    sender_name: 'Ana',
    type: 'text',
    body: `message ${sequence}`,
    attachments: [],
    reply_to: null,
    reactions: [],
    status: 'SENT',
    visibility: 'public',
    created_at: at,
    edited_at: null,
    deleted_at: null,
    metadata: {},
    ...more,
  }
}

/** An internal note that was written when `after` was the last sequence. */
export function note(after: number, revision: number, id = `msg_note_${revision}`): Message {
  return message(0, {
    id,
    sequence: null,
    after_sequence: after,
    revision,
    visibility: 'internal',
    body: 'a note',
  })
}

export function conversation(
  lastSequence: number,
  revision = lastSequence,
  more: Partial<Conversation> = {},
): Conversation {
  return {
    id: 'conv_1',
    app_id: 'app_1',
    status: 'open',
    handler: 'agent',
    channel: 'web',
    visitor_id: 'con_1',
    device_id: 'dev_1',
    user: null,
    assignee: null,
    queue: null,
    last_sequence: lastSequence,
    revision,
    unread_count: 0,
    metadata: {},
    created_at: at,
    updated_at: at,
    ...more,
  }
}

/** Sequences of messages, a note as null. */
export const sequences = (messages: readonly Message[]): (number | null)[] =>
  messages.map(({ sequence }) => sequence)
