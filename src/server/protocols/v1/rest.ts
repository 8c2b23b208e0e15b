import type { Route } from '../route.js'
import { adminConversationRoutes } from './routes/admin-conversations.js'
import { adminMessageRoutes } from './routes/admin-messages.js'
import { agentRoutes } from './routes/agents.js'
import { appRoutes } from './routes/app.js'
import { attachmentRoutes } from './routes/attachments.js'
import { authRoutes } from './routes/auth.js'
import { botRoutes } from './routes/bot.js'
import { cannedReplyRoutes } from './routes/canned-replies.js'
import { contactRoutes } from './routes/contacts.js'
import { conversationRoutes } from './routes/conversations.js'
import { deliveryRoutes } from './routes/deliveries.js'
import { deviceRoutes } from './routes/devices.js'
import { eventRoutes } from './routes/events.js'
import { keyRoutes } from './routes/keys.js'
import { messageTraceRoutes } from './routes/message-traces.js'
import { messageRoutes } from './routes/messages.js'
import { queueRoutes } from './routes/queue.js'
import { webhookRoutes } from './routes/webhooks.js'

/** Every route of this protocol, by the name of its chapter in the document. */
export const chapters: Readonly<Record<string, readonly Route[]>> = {
  Conversations: conversationRoutes,
  Messages: messageRoutes,
  Attachments: attachmentRoutes,
  Devices: deviceRoutes,
  'Signing in': authRoutes,
  'Agents: conversations': adminConversationRoutes,
  'Agents: messages': adminMessageRoutes,
  'Agents: queue': queueRoutes,
  'Agents: contacts': contactRoutes,
  'Agents: agents': agentRoutes,
  'Agents: bot': botRoutes,
  'Agents: canned replies': cannedReplyRoutes,
  'Agents: keys': keyRoutes,
  'Agents: webhooks': webhookRoutes,
  'Agents: deliveries': deliveryRoutes,
  'Agents: events': eventRoutes,
  'Agents: traces': messageTraceRoutes,
  'Agents: app': appRoutes,
}

export const routes: readonly Route[] = Object.values(chapters).flat()
