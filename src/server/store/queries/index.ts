import type { Queries } from '../../core/ports/queries.js'
import type { Access } from './access.js'
import { agentQueries } from './agents.js'
import { apiKeyQueries } from './api-keys.js'
import { appQueries } from './apps.js'
import { attachmentQueries } from './attachments.js'
import { auditQueries } from './audit.js'
import { botTurnQueries } from './bot-turns.js'
import { cannedReplyQueries } from './canned-replies.js'
import { contactQueries } from './contacts.js'
import { conversationQueries } from './conversations.js'
import { deliveryQueries } from './deliveries.js'
import { instanceQueries } from './instance.js'
import { leaseQueries } from './leases.js'
import { memberQueries } from './members.js'
import { messageQueries } from './messages.js'
import { offerQueries } from './offers.js'
import { outboxEventQueries } from './outbox-events.js'
import { participantQueries } from './participants.js'
import { queueQueries } from './queue.js'
import { type StoredSearch, searchQueries } from './search.js'
import { statsQueries } from './stats.js'
import { tokenQueries } from './tokens.js'
import { webhookQueries } from './webhooks.js'

/** The queries of the core's port, and what the store itself needs. */
export interface StoredQueries extends Queries {
  search: StoredSearch
}

/** All queries on one connection. Statements are prepared on it when they are first used. */
export function makeQueries(access: Access): StoredQueries {
  return {
    apps: appQueries(access),
    apiKeys: apiKeyQueries(access),
    agents: agentQueries(access),
    tokens: tokenQueries(access),
    audit: auditQueries(access),
    contacts: contactQueries(access),
    conversations: conversationQueries(access),
    participants: participantQueries(access),
    members: memberQueries(access),
    messages: messageQueries(access),
    attachments: attachmentQueries(access),
    queue: queueQueries(access),
    offers: offerQueries(access),
    botTurns: botTurnQueries(access),
    cannedReplies: cannedReplyQueries(access),
    search: searchQueries(access),
    stats: statsQueries(access),
    instance: instanceQueries(access),
    outboxEvents: outboxEventQueries(access),
    webhooks: webhookQueries(access),
    deliveries: deliveryQueries(access),
    leases: leaseQueries(access),
  }
}
