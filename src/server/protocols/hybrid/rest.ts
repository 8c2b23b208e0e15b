import type { Route } from '../route.js'
import { attachmentRoutes } from './routes/attachments.js'
import { conversationRoutes } from './routes/conversations.js'
import { messageRoutes } from './routes/messages.js'
import { participantRoutes } from './routes/participants.js'
import { presenceRoutes } from './routes/presence.js'
import { reactionRoutes } from './routes/reactions.js'
import { readingRoutes } from './routes/reading.js'
import { userRoutes } from './routes/users.js'

/** Every route of this protocol, by the name of its chapter in the document. */
export const chapters: Readonly<Record<string, readonly Route[]>> = {
  Conversations: conversationRoutes,
  Participants: participantRoutes,
  Messages: messageRoutes,
  Reactions: reactionRoutes,
  'Read receipts': readingRoutes,
  Presence: presenceRoutes,
  Attachments: attachmentRoutes,
  'Internal: users': userRoutes,
}

export const routes: readonly Route[] = Object.values(chapters).flat()
