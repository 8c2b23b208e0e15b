import { pgKit } from '../kit.js'
import { makeSchema } from '../schema.js'

/** What drizzle-kit reads to make migrations/postgres. */
export const {
  apps,
  apiKeys,
  agents,
  memberships,
  refreshTokens,
  personalTokens,
  auditEvents,
  contacts,
  devices,
  conversations,
  participants,
  messages,
  changes,
  reactions,
  attachments,
  conversationTags,
  ratings,
  queueEntries,
  queueCounts,
  queueWaits,
  queueChanges,
  cannedReplies,
  offers,
  botTurns,
  webhooks,
  deliveries,
  instanceFacts,
} = makeSchema(pgKit)
