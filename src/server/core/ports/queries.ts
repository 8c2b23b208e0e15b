import type { OfferQueries } from '../routing/offer.js'
import type { AgentQueries, TokenQueries } from './agents.js'
import type { ApiKeyQueries, AppQueries } from './apps.js'
import type { AttachmentQueries } from './attachments.js'
import type { AuditQueries } from './audit.js'
import type { BotTurnQueries } from './bot-turns.js'
import type { CannedReplyQueries } from './canned-replies.js'
import type { ContactQueries } from './contacts.js'
import type { ConversationQueries } from './conversations.js'
import type { InstanceQueries } from './instance.js'
import type { MemberQueries } from './members.js'
import type { MessageQueries } from './messages.js'
import type { OutboxQueries } from './outbox.js'
import type { ParticipantQueries } from './participants.js'
import type { QueueQueries } from './queue.js'
import type { SearchQueries } from './search.js'
import type { StatsQueries } from './stats.js'

/** All that the core asks of a database, by aggregate. */
export interface Queries extends OutboxQueries {
  apps: AppQueries
  apiKeys: ApiKeyQueries
  agents: AgentQueries
  tokens: TokenQueries
  audit: AuditQueries
  contacts: ContactQueries
  conversations: ConversationQueries
  participants: ParticipantQueries
  members: MemberQueries
  messages: MessageQueries
  attachments: AttachmentQueries
  queue: QueueQueries
  offers: OfferQueries
  botTurns: BotTurnQueries
  cannedReplies: CannedReplyQueries
  search: SearchQueries
  stats: StatsQueries
  instance: InstanceQueries
}
