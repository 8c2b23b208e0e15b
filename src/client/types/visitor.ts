import type { MessagePage } from './admin.js'
import type { ClientClock, Fetch } from './ports.js'
import type {
  Attachment,
  Conversation,
  Message,
  MessageQuery,
  Page,
  PageQuery,
  Priority,
  StartConversation,
  VisitorDraft,
} from './wire.js'

export interface VisitorClientOptions {
  /** Where the server listens, such as `https://chat.example`. */
  readonly url: string
  readonly appId: string
  /** A publishable key (`pk_…`). */
  readonly apiKey: string
  /** Chosen once per installation or browser and kept: it is who the visitor is. */
  readonly deviceId: string
  readonly user?: StartConversation['user']
  readonly deviceContext?: StartConversation['device_context']
  readonly fetch?: Fetch
  readonly clock?: ClientClock
  /** Milliseconds until a request without an answer is given up; 15,000 by default. */
  readonly timeout?: number
}

/** Everything that a visitor may ask of the server. Every call rejects with a `ReplyHqError`. */
export interface VisitorClient {
  readonly url: string
  readonly deviceId: string
  /** The open conversation of this device or user; a new one when there is none. */
  start(input?: Omit<StartConversation, 'user'>): Promise<Conversation>
  list(query?: PageQuery): Promise<Page<Conversation>>
  one(id: string): Promise<Conversation>
  messages(id: string, query?: MessageQuery): Promise<MessagePage>
  post(id: string, draft: VisitorDraft): Promise<Message>
  edit(id: string, messageId: string, body: string): Promise<Message>
  remove(id: string, messageId: string): Promise<Message>
  react(id: string, messageId: string, emoji: string): Promise<Message>
  unreact(id: string, messageId: string, emoji: string): Promise<Message>
  /** How many messages changed their status; without a sequence all are meant. */
  delivered(id: string, upToSequence?: number): Promise<number>
  read(id: string, upToSequence?: number): Promise<number>
  /** Asks for a person. */
  handoff(id: string, input?: { reason?: string; priority?: Priority }): Promise<Conversation>
  close(id: string): Promise<Conversation>
  /** `score` from 1 to 5. */
  rate(id: string, score: number, comment?: string): Promise<Conversation>
  upload(name: string, content: Blob): Promise<Attachment>
  registerPush(pushToken: string | null, platform: string): Promise<void>
  /** What a live connection shows at its handshake. */
  credentials(): {
    app_id: string
    device_id: string
    api_key: string
    user?: StartConversation['user']
    device_context?: StartConversation['device_context']
  }
}
