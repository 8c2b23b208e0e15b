import type { Attachment, Chat, Entry, Identity, QueueItem, Teammate } from '../../src/tui/session/model.js'
import type { Change } from '../../src/tui/state/change.js'
import { reduceAll } from '../../src/tui/state/reduce.js'
import { initialState, type State } from '../../src/tui/state/state.js'
import type { Row } from '../../src/tui/text/span.js'

/** Noon of a day, here: far from both midnights. */
export const NOON = new Date(2026, 2, 14, 12, 0, 0).getTime()
export const ANA = { id: 'agt_ana', name: 'ana' }
const IDENTITY: Identity = {
  agent: ANA,
  app: { id: 'app_shop', name: 'acme-shop', role: 'agent' },
  apps: [{ id: 'app_shop', name: 'acme-shop', role: 'agent' }],
}

export function chatOf(id: string, parts: Partial<Chat> = {}): Chat {
  return {
    id,
    name: 'Bo Li',
    status: 'open',
    handler: 'agent',
    channel: 'web',
    contactId: `con_${id}`,
    email: null,
    phone: null,
    assignee: ANA,
    priority: 'normal',
    subject: null,
    tags: [],
    lastSequence: 0,
    revision: 1,
    unreadCount: 0,
    lastMessage: null,
    waitingSince: null,
    online: true,
    metadata: {},
    createdAt: NOON,
    rating: null,
    snoozedUntil: null,
    ...parts,
  }
}

/** A visitor's message with a sequence; `parts` change what matters to the test. */
export function entryOf(chatId: string, sequence: number, parts: Partial<Entry> = {}): Entry {
  return {
    id: `msg_${chatId}_${sequence}`,
    localId: null,
    chatId,
    sequence,
    afterSequence: sequence - 1,
    revision: sequence,
    sender: 'user',
    senderId: null,
    senderName: 'Bo Li',
    body: `message ${sequence}`,
    attachments: [],
    reactions: [],
    status: 'sent',
    internal: false,
    at: NOON + sequence * 1000,
    edited: false,
    deleted: false,
    ...parts,
  }
}

export function fileOf(name: string, parts: Partial<Attachment> = {}): Attachment {
  return { id: `att_${name}`, name, mimeType: 'image/png', size: 10, ...parts }
}

export function waiting(chatId: string, parts: Partial<QueueItem> = {}): QueueItem {
  return {
    chatId,
    name: chatId,
    priority: 'normal',
    reason: null,
    requestedAt: NOON - 120_000,
    online: true,
    preview: null,
    ...parts,
  }
}

export function mateOf(name: string, parts: Partial<Teammate> = {}): Teammate {
  return {
    id: `agt_${name}`,
    name,
    availability: 'online',
    connected: true,
    capacity: 5,
    active: 1,
    role: 'agent',
    ...parts,
  }
}

/** A logged-in agent's state of 140×40 with some changes made. */
export function stateWith(...changes: readonly Change[]): State {
  const begun: readonly Change[] = [
    { type: 'identified', identity: IDENTITY, afresh: true },
    { type: 'connection', connection: { phase: 'online', latencyMs: 12, unsent: 0 } },
  ]
  return reduceAll(initialState({ columns: 140, rows: 40 }, NOON), [...begun, ...changes])
}

/** The state with one own chat open that holds these entries. */
export function chatting(entries: readonly Entry[], chat: Chat = chatOf('c1')): State {
  return stateWith(
    { type: 'mine', chats: [chat] },
    { type: 'show', chatId: chat.id },
    { type: 'opened', opened: { chat, entries, hasMore: false } },
    { type: 'focus', pane: 'composer' },
  )
}

export function textOf(row: Row): string {
  return row.map((piece) => piece.text).join('')
}

/** Milliseconds of the processor that some work takes: other programs on the machine do not count. */
export function costOf(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
