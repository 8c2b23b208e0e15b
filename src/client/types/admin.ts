import type { DeliveryCalls, EventCalls, WebhookCalls } from './outside.js'
import type { ClientClock, Fetch } from './ports.js'
import type {
  AdminConversation,
  Agent,
  AgentDraft,
  ApiKey,
  App,
  Attachment,
  AuditEvent,
  Availability,
  CannedReply,
  Contact,
  Device,
  FoundConversation,
  ListConversations,
  Member,
  Message,
  MessageQuery,
  MessageTrace,
  Page,
  PageQuery,
  Priority,
  QueueEntry,
  Role,
  Session,
  Settings,
  Stats,
  TransferInput,
} from './wire.js'

/** The tokens of a login. A refresh token works once, so the stored session must be replaced on each change. */
export interface AdminSession {
  readonly accessToken: string
  readonly refreshToken: string
  /** Milliseconds since 1970 when the access token ends. */
  readonly expiresAt: number
}

export interface AdminClientOptions {
  /** Where the server listens, such as `https://chat.example`. */
  readonly url: string
  /** A personal token (`rhq_…`) or an access token that somebody else keeps fresh. */
  readonly token?: string
  /** A secret key (`sk_…`) of an app. */
  readonly apiKey?: string
  /** A login of earlier. */
  readonly session?: AdminSession
  /** Which app, for those who are in several. */
  readonly appId?: string
  /** What is stored now: another process of the same login may have renewed it meanwhile. */
  readonly readSession?: () => AdminSession | null
  /** Called with every new session, and with null after it ended: what is stored must follow. */
  readonly onSession?: (session: AdminSession | null) => void
  readonly fetch?: Fetch
  readonly clock?: ClientClock
  /** Milliseconds until a request without an answer is given up; 15,000 by default. */
  readonly timeout?: number
}

export interface Identity {
  readonly agent: Agent
  readonly apps: App[]
}

export interface AuthCalls {
  /** Logs in; from then on the client renews its tokens by itself. */
  login(email: string, password: string): Promise<Identity>
  /** Renews the tokens now. */
  refresh(): Promise<AdminSession>
  logout(): Promise<void>
  me(): Promise<Identity>
}

export interface AdminConversationCalls {
  /** With `q` each tells which message matches. */
  list(query?: ListConversations): Promise<Page<FoundConversation>>
  one(id: string): Promise<AdminConversation>
  patch(
    id: string,
    changes: { subject?: string | null; priority?: Priority; metadata?: AdminConversation['metadata'] },
  ): Promise<AdminConversation>
  /** Ascending by sequence, with `after_revision` by revision. */
  messages(id: string, query?: MessageQuery): Promise<MessagePage>
  post(id: string, draft: AgentDraft): Promise<Message>
  edit(id: string, messageId: string, body: string): Promise<Message>
  remove(id: string, messageId: string): Promise<Message>
  react(id: string, messageId: string, emoji: string): Promise<Message>
  unreact(id: string, messageId: string, emoji: string): Promise<Message>
  read(id: string, upToSequence?: number): Promise<number>
  claim(id: string): Promise<AdminConversation>
  release(id: string): Promise<AdminConversation>
  transfer(id: string, to: TransferInput): Promise<AdminConversation>
  close(id: string, reason?: string): Promise<AdminConversation>
  reopen(id: string): Promise<AdminConversation>
  /** `until` is an RFC 3339 time. */
  snooze(id: string, until: string): Promise<AdminConversation>
  addTag(id: string, tag: string): Promise<AdminConversation>
  removeTag(id: string, tag: string): Promise<AdminConversation>
  /** The conversation with all its messages, oldest first. */
  export(id: string): Promise<{ conversation: AdminConversation; messages: Message[] }>
}

export interface MessagePage {
  readonly messages: Message[]
  readonly hasMore: boolean
  /** Too much has changed since the revision: load afresh. */
  readonly resyncRequired: boolean
}

/** `change` numbers the state that the page shows: `queue:changed` goes on from there. */
export interface QueuePage extends Page<QueueEntry> {
  readonly size: number
  readonly change: number
}

export interface QueueCalls {
  list(query?: PageQuery): Promise<QueuePage>
  /** Claims the head; null when nobody waits. */
  next(): Promise<AdminConversation | null>
}

export interface ContactCalls {
  list(query?: PageQuery & { q?: string }): Promise<Page<Contact>>
  one(id: string): Promise<{ contact: Contact; devices: Device[] }>
  patch(id: string, changes: ContactChanges): Promise<Contact>
  /** Moves everything of the contact `from` to the contact `id`. */
  merge(id: string, from: string): Promise<Contact>
  remove(id: string): Promise<void>
  /** Everything that is known of the contact, as one JSON document. */
  export(id: string): Promise<unknown>
}
export type ContactChanges = Partial<
  Pick<Contact, 'name' | 'email' | 'phone' | 'avatar' | 'locale' | 'timezone' | 'attributes' | 'lead_stage'>
>

export interface AgentCalls {
  list(query?: PageQuery): Promise<Page<Member>>
  /** The password is in the answer only when none was given: it is shown once. */
  create(input: {
    email: string
    name: string
    password?: string
    role?: Role
    capacity?: number
  }): Promise<{ agent: Member; password?: string }>
  /** Sets the caller's own availability. */
  status(availability: Availability): Promise<Agent>
}

export interface MembershipCalls {
  patch(agentId: string, changes: { role?: Role; capacity?: number }): Promise<Member>
  remove(agentId: string): Promise<void>
}

export interface CannedReplyCalls {
  list(query?: PageQuery): Promise<Page<CannedReply>>
  create(input: { name: string; text: string; shared?: boolean }): Promise<CannedReply>
  update(id: string, input: { name: string; text: string }): Promise<CannedReply>
  remove(id: string): Promise<void>
}

export interface KeyCalls {
  list(query?: PageQuery): Promise<Page<ApiKey>>
  /** `secret` is the whole key, shown this once. */
  create(input: {
    kind: ApiKey['kind']
    name?: string
    scopes?: ('read' | 'write' | 'admin')[]
    expires_at?: string
  }): Promise<{ key: ApiKey; secret: string }>
  /** A new key in the place of one that works on for a while, a day by default. */
  rotate(id: string, graceSeconds?: number): Promise<{ key: ApiKey; secret: string }>
  revoke(id: string): Promise<void>
}

/** The settings of an app, with its name. */
export type AppSettings = Settings & { name: string }

export interface SettingsCalls {
  get(): Promise<AppSettings>
  patch(changes: Partial<AppSettings>): Promise<AppSettings>
}

/** Everything that agents and servers may ask of the server. Every call rejects with a `ReplyHqError`. */
export interface AdminClient {
  readonly url: string
  readonly appId: string | undefined
  /** The same login, looking at another app. */
  withApp(appId: string): AdminClient
  readonly auth: AuthCalls
  readonly conversations: AdminConversationCalls
  readonly queue: QueueCalls
  readonly contacts: ContactCalls
  readonly agents: AgentCalls
  readonly memberships: MembershipCalls
  readonly cannedReplies: CannedReplyCalls
  readonly keys: KeyCalls
  readonly settings: SettingsCalls
  readonly webhooks: WebhookCalls
  readonly deliveries: DeliveryCalls
  readonly events: EventCalls
  /** What became of a message. */
  trace(messageId: string): Promise<MessageTrace>
  stats(): Promise<Stats>
  /** Visitors who are connected now. */
  sessions(): Promise<Session[]>
  /** The tags of the app, with how many conversations carry each. */
  tags(): Promise<{ tag: string; count: number }[]>
  upload(name: string, content: Blob): Promise<Attachment>
  /** The content of a file, as its type says. Its link expires an hour after the message was fetched. */
  download(attachment: Attachment): Promise<Blob>
  audit(query?: PageQuery & { action?: string }): Promise<Page<AuditEvent>>
  /** Conversations with a message that has all the words, newest first, each with the newest such message. */
  search(text: string, query?: PageQuery): Promise<Page<FoundConversation>>
  /** Any other path of the API, such as `/v1/admin/channels`; `body` is sent as JSON. */
  request<Answer>(method: string, path: string, body?: unknown): Promise<Answer>
  /** What a live connection shows at its handshake; `renew` after it was refused as unauthorized. */
  credentials(
    renew?: boolean,
  ): Promise<{ token: string; app_id?: string } | { api_key: string; app_id: string }>
}
