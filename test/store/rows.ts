import type { BotTurn } from '../../src/server/core/bot/turn.js'
import type {
  Agent,
  App,
  Attachment,
  Contact,
  Conversation,
  MessageRow,
  Participant,
  QueueEntry,
} from '../../src/server/core/model.js'
import type { Delivery, OutboxEvent, Webhook } from '../../src/server/core/outbox/model.js'

/** A moment that all rows of the tests count from: 2026-01-01. */
export const start = Date.UTC(2026, 0, 1)

let made = 0
/** Unlike every other one of this process, and later ones sort behind earlier ones. */
export const uniqueId = (prefix: string): string => {
  made += 1
  return `${prefix}_${String(made).padStart(8, '0')}${crypto.randomUUID().slice(0, 8)}`
}

export const appRow = (given: Partial<App> = {}): Omit<App, 'key'> => ({
  id: uniqueId('app'),
  name: 'Shop',
  identitySecret: 'secret',
  settings: {},
  createdAt: start,
  ...given,
})

export const agentRow = (given: Partial<Agent> = {}): Omit<Agent, 'key'> => {
  const id = uniqueId('agt')
  return {
    id,
    name: 'Ada',
    email: `${id}@example.com`,
    passwordHash: null,
    availability: 'online',
    failedLogins: 0,
    failedLoginsSince: null,
    lockedUntil: null,
    createdAt: start,
    disabledAt: null,
    ...given,
  }
}

export const contactRow = (appKey: number, given: Partial<Contact> = {}): Omit<Contact, 'key'> => ({
  id: uniqueId('con'),
  appKey,
  externalId: null,
  name: null,
  email: null,
  phone: null,
  avatar: null,
  locale: null,
  timezone: null,
  attributes: {},
  botSuspendedUntil: null,
  leadStage: null,
  lastSeenAt: null,
  createdAt: start,
  updatedAt: start,
  deletedAt: null,
  ...given,
})

export const conversationRow = (
  appKey: number,
  given: Partial<Conversation> = {},
): Omit<Conversation, 'key'> => ({
  id: uniqueId('conv'),
  appKey,
  kind: 'support',
  channel: 'web',
  contactKey: null,
  deviceId: null,
  status: 'open',
  handler: 'queue',
  priority: 'normal',
  assigneeKey: null,
  subject: null,
  metadata: {},
  botContext: null,
  lastSequence: 0,
  revision: 0,
  lastContactSequence: 0,
  lastMessageAt: null,
  snoozedUntil: null,
  transferred: false,
  firstReplyAt: null,
  waitedMs: null,
  openedAt: start,
  openedSequence: 0,
  closings: 0,
  summary: null,
  directKey: null,
  createdAt: start,
  updatedAt: start,
  closedAt: null,
  ...given,
})

export const messageRow = (
  conversationKey: number,
  sequence: number | null,
  given: Partial<MessageRow> = {},
): Omit<MessageRow, 'key'> => ({
  id: uniqueId('msg'),
  conversationKey,
  sequence,
  afterSequence: sequence === null ? 0 : sequence - 1,
  revision: sequence ?? 0,
  localId: null,
  dedupe: null,
  senderType: 'system',
  senderKey: null,
  type: 'text',
  body: 'Hello',
  internal: sequence === null,
  replyTo: null,
  attachmentCount: 0,
  reactionCount: 0,
  metadata: null,
  externalId: null,
  createdAt: start + (sequence ?? 0) * 1_000,
  editedAt: null,
  deletedAt: null,
  ...given,
})

export const participantRow = (
  conversationKey: number,
  memberKey: number,
  given: Partial<Participant> = {},
): Omit<Participant, 'key'> => ({
  conversationKey,
  type: 'contact',
  memberKey,
  role: 'member',
  joinedAt: start,
  leftAt: null,
  readSequence: 0,
  readAt: null,
  deliveredSequence: 0,
  deliveredAt: null,
  hiddenThrough: 0,
  ...given,
})

export const attachmentRow = (appKey: number, given: Partial<Attachment> = {}): Omit<Attachment, 'key'> => ({
  id: uniqueId('att'),
  appKey,
  uploaderType: 'contact',
  uploaderKey: null,
  messageKey: null,
  name: 'map.png',
  mimeType: 'image/png',
  size: 12,
  width: 3,
  height: 4,
  storageKey: uniqueId('file'),
  createdAt: start,
  ...given,
})

export const entryRow = (
  appKey: number,
  conversationKey: number,
  given: Partial<QueueEntry> = {},
): Omit<QueueEntry, 'key'> => ({
  appKey,
  conversationKey,
  reason: null,
  priority: 1,
  requestedAt: start,
  claimedAt: null,
  claimedByKey: null,
  leftAt: null,
  ...given,
})

export const turnRow = (
  appKey: number,
  conversationKey: number,
  given: Partial<BotTurn> = {},
): Omit<BotTurn, 'key'> => ({
  id: uniqueId('turn'),
  appKey,
  conversationKey,
  sequence: 1,
  takes: 0,
  leaseOwner: null,
  leasedUntil: null,
  inputTokens: 0,
  outputTokens: 0,
  createdAt: start,
  endedAt: null,
  outcome: null,
  ...given,
})

export const webhookRow = (appKey: number, given: Partial<Webhook> = {}): Omit<Webhook, 'key'> => ({
  id: uniqueId('whk'),
  appKey,
  url: 'https://receiver.example/hook',
  events: [],
  secret: 'whsec_c2VjcmV0IG9mIHRoZSB0ZXN0cywgbG9uZyBlbm91Z2g=',
  previousSecret: null,
  previousSecretUntil: null,
  enabled: true,
  disabledReason: null,
  failingSince: null,
  configured: false,
  createdAt: start,
  ...given,
})

export const outboxEventRow = (
  appKey: number,
  given: Partial<OutboxEvent> = {},
): Omit<OutboxEvent, 'key' | 'transaction'> => ({
  id: uniqueId('evt'),
  appKey,
  type: 'message.created',
  conversationKey: null,
  data: {},
  at: start,
  ...given,
})

export const deliveryRow = (
  appKey: number,
  webhookKey: number,
  given: Partial<Delivery> = {},
): Omit<Delivery, 'key'> => ({
  id: uniqueId('dlv'),
  appKey,
  kind: 'webhook',
  target: 'whk',
  webhookKey,
  eventKey: null,
  lane: null,
  payload: null,
  attempts: 0,
  attemptsBefore: 0,
  nextAttemptAt: 0,
  state: 'pending',
  lastError: null,
  lastStatus: null,
  createdAt: start,
  endedAt: null,
  ...given,
})
