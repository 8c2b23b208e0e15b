/** What the chat service sends, as far as this page uses it. The whole of it is described at `/docs` of the service. */

export interface Message {
  id: string
  conversationId: string
  sequence: number
  localId: string | null
  senderId: string | null
  sender: { type: 'contact' | 'agent' | 'bot' | 'system'; name: string | null }
  content: string
  attachments: Attachment[]
  replyTo: string | null
  reactions: Reaction[]
  isEdited: boolean
  createdAt: string
  updatedAt: string
  deletedAt: string | null
}

export interface Attachment {
  id: string
  name: string
  size: number
  /** From the root of the chat service, signed, good for a while. */
  url: string
}

export interface Reaction {
  emoji: string
  count: number
  userIds: string[]
}

export interface Participant {
  userId: string
  name: string | null
  role: 'owner' | 'admin' | 'member'
}

export interface Conversation {
  id: string
  type: 'direct' | 'group' | 'support'
  title: string | null
  status: string
  /** Of a support conversation empty: `assignee` is the agent who serves, and `queue` the place while nobody does. */
  participants: Participant[]
  assignee: { id: string; name: string } | null
  queue: { position: number; etaSeconds: number | null } | null
  lastMessage: Message | null
  unreadCount: number
  createdAt: string
  updatedAt: string
}

export interface Page<Item> {
  data: Item[]
  nextCursor: string | null
}

export interface Presence {
  userId: string
  online: boolean
  lastSeen: string | null
}

export interface Refused {
  code: string
  message: string
  timestamp: string
}

interface Missed {
  messages: Message[]
  hasMore: boolean
}

type Ack<Answer = object> = (answer: ({ ok: true } & Answer) | { ok: false; error: Refused }) => void
type Activity = { conversationId: string; userId: string; isActive: boolean }
type ReactionChange = {
  messageId: string
  conversationId: string
  emoji: string
  userId: string
  totalCount: number
}

/** Server → client. */
export interface Heard {
  connected(greeting: { userId: string; socketId: string; rooms: string[] }): void
  error(refused: Refused): void
  'message:new'(message: Message): void
  'message:updated'(change: {
    messageId: string
    content: string
    isEdited: boolean
    updatedAt: string
  }): void
  'message:deleted'(change: { messageId: string; conversationId: string; deletedAt: string }): void
  'reaction:added'(change: ReactionChange): void
  'reaction:removed'(change: ReactionChange): void
  'message:read'(receipt: { messageId: string; conversationId: string; userId: string; readAt: string }): void
  'conversation:read'(receipt: {
    conversationId: string
    userId: string
    upToMessageId?: string
    readAt: string
  }): void
  'user:typing'(activity: Activity): void
  'user:recording'(activity: Activity): void
  'user:online'(user: { userId: string }): void
  'user:offline'(user: { userId: string; lastSeen: string }): void
  'conversation:new'(conversation: Conversation): void
  'conversation:joined'(conversation: Conversation): void
  'conversation:removed'(removal: { conversationId: string }): void
  'participant:added'(change: { conversationId: string; userId: string }): void
  'participant:removed'(change: { conversationId: string; userId: string }): void
}

/** Client → server. */
export interface Said {
  'message:send'(
    message: { conversationId: string; content: string; replyTo?: string; localId: string },
    ack: Ack<{ message: Message }>,
  ): void
  'reaction:add'(reaction: { messageId: string; emoji: string }, ack: Ack): void
  'reaction:remove'(reaction: { messageId: string; emoji: string }, ack: Ack): void
  'conversation:read'(receipt: { conversationId: string; upToMessageId: string }, ack: Ack): void
  'messages:sync'(place: { conversationId: string; lastMessageId: string }, ack: Ack<Missed>): void
  'typing:start'(place: { conversationId: string }): void
  'typing:stop'(place: { conversationId: string }): void
  'recording:start'(place: { conversationId: string }): void
  'recording:stop'(place: { conversationId: string }): void
  'activity:ping'(nothing: object): void
}
