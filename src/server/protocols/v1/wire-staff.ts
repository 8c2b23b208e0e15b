import type { AppStats } from '../../core/apps/stats.js'
import type {
  Agent,
  ApiKey,
  App,
  AppSettings,
  AuditEvent,
  CannedReply,
  Contact,
  Device,
  Role,
} from '../../core/model.js'
import { priorityName } from '../../core/model.js'
import type { MemberRow } from '../../core/ports/agents.js'
import type { QueuedConversation } from '../../core/queue/listing.js'
import type * as v1 from './schemas.js'
import { time, timeOrNull, user } from './wire.js'

/** Formats of what only agents and servers see. */
export const contact = (from: Contact, appId: string, online: boolean): v1.Contact => ({
  id: from.id,
  app_id: appId,
  external_id: from.externalId,
  name: from.name,
  email: from.email,
  phone: from.phone,
  avatar: from.avatar,
  locale: from.locale,
  timezone: from.timezone,
  attributes: from.attributes as v1.Contact['attributes'],
  online,
  last_seen_at: timeOrNull(from.lastSeenAt),
  bot_suspended_until: timeOrNull(from.botSuspendedUntil),
  lead_stage: from.leadStage,
  created_at: time(from.createdAt),
  updated_at: time(from.updatedAt),
})

export const device = (from: Device): v1.Device => ({
  id: from.deviceId,
  platform: from.platform,
  os_version: from.osVersion,
  app_version: from.appVersion,
  device_model: from.model,
  locale: from.locale,
  timezone: from.timezone,
  sdk_version: from.sdkVersion,
  push: from.pushToken !== null,
  last_seen_at: time(from.lastSeenAt),
})

export const agent = (from: Agent): v1.Agent => ({
  id: from.id,
  name: from.name,
  email: from.email,
  availability: from.availability,
  created_at: time(from.createdAt),
})

export const member = ({ agent: from, membership, active }: MemberRow, connected: boolean): v1.Member => ({
  ...agent(from),
  role: membership.role,
  capacity: membership.capacity,
  active,
  connected,
})

export const app = (from: App, role: Role): v1.App => ({
  id: from.id,
  name: from.name,
  role,
  created_at: time(from.createdAt),
})

export const cannedReply = (from: CannedReply): v1.CannedReply => ({
  id: from.id,
  name: from.name,
  text: from.text,
  shared: from.agentKey === 0,
  updated_at: time(from.updatedAt),
})

export const apiKey = (from: ApiKey): v1.ApiKey => ({
  id: from.id,
  kind: from.kind,
  prefix: from.prefix,
  name: from.name,
  scopes: from.scopes,
  created_at: time(from.createdAt),
  last_used_at: timeOrNull(from.lastUsedAt),
  expires_at: timeOrNull(from.expiresAt),
  revoked_at: timeOrNull(from.revokedAt),
})

export const auditEvent = (from: AuditEvent): v1.AuditEvent => ({
  id: from.id,
  at: time(from.at),
  actor: { type: from.actorType, id: from.actorId, name: from.actorName },
  action: from.action,
  target: from.target,
  details: from.details as v1.AuditEvent['details'],
})

export const settings = (from: AppSettings): v1.Settings => ({
  require_identity: from.requireIdentity,
  routing: from.routing,
  reopen_window_days: from.reopenWindowDays,
  agent_grace_seconds: from.agentGraceSeconds,
  bot_suspension_minutes: from.botSuspensionMinutes,
  customer_priorities: from.customerPriorities,
})

export function queueEntry(
  { entry, position, etaSeconds, view }: QueuedConversation,
  now: number,
): v1.QueueEntry {
  return {
    conversation_id: view.conversation.id,
    position,
    priority: priorityName(entry.priority),
    reason: entry.reason,
    requested_at: time(entry.requestedAt),
    waiting_seconds: Math.max(0, Math.floor((now - entry.requestedAt) / 1000)),
    eta_seconds: etaSeconds,
    user: user(view.contact),
    visitor_id: view.contact?.id ?? null,
    online: view.online,
    last_message: view.lastMessage?.body ?? null,
    metadata: view.conversation.metadata as v1.QueueEntry['metadata'],
  }
}

export const stats = (from: AppStats): v1.Stats => ({
  conversations: from.conversations,
  queue: {
    size: from.queue.size,
    high: from.queue.high,
    normal: from.queue.normal,
    low: from.queue.low,
    longest_wait_seconds: from.queue.longestWaitSeconds,
  },
  agents: from.agents,
  messages: from.messages,
  bot: {
    turns: from.bot.turns,
    input_tokens: from.bot.inputTokens,
    output_tokens: from.bot.outputTokens,
  },
  averages: {
    waiting_seconds: from.averages.waitingSeconds,
    first_reply_seconds: from.averages.firstReplySeconds,
    duration_seconds: from.averages.durationSeconds,
    rating: from.averages.rating,
  },
})
