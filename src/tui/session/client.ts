/** The only door to the client: everything that the terminal UI takes from it passes here. */
export type {
  AdminClient,
  AdminConversation,
  AdminLive,
  AdminSession,
  AdminSide,
  AgentDraft,
  App,
  CannedReply,
  ConnectionState,
  Contact,
  ConversationFeed,
  FeedChange,
  Identity,
  Member,
  Message,
  OutboxStorage,
  PendingMessage,
  QueueItem,
  StoredMessage,
} from '../../client/index.js'
export { connectAdmin, createAdminClient, ReplyHqError } from '../../client/index.js'
