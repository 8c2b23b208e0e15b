import type { CoreContext } from '../context.js'
import { notFound } from '../errors.js'
import type { ConversationView } from '../events.js'
import type { Conversation, Message, Participant, SentMessage } from '../model.js'
import type { Queries } from '../ports.js'
import { estimateSeconds } from '../queue/waits.js'

/** Unread messages are counted up to here: past it the number tells nobody more. */
const unreadBound = 1_000

export type Side = 'contact' | 'agent'

/** How far one side of a conversation has got: the furthest of its participants. */
export function sideCursor(participants: Participant[], side: Side): { read: number; delivered: number } {
  return furthest(participants.filter(({ type }) => (type === 'contact') === (side === 'contact')))
}

function furthest(participants: Participant[]): { read: number; delivered: number } {
  const cursor = { read: 0, delivered: 0 }
  for (const participant of participants) {
    // Who comes into a group counts what was said before as known, and has read none of it.
    const read = participant.readAt === null ? 0 : participant.readSequence
    cursor.read = Math.max(cursor.read, read)
    cursor.delivered = Math.max(cursor.delivered, participant.deliveredSequence, read)
  }
  return cursor
}

/** By the cursor of those whom the message is for; a note has no sequence and stays SENT. */
function statusOf(message: SentMessage, participants: Participant[]): Message['status'] {
  if (message.sequence === null) return 'SENT'
  const cursor = addresseesCursor(message, participants)
  if (message.sequence <= cursor.read) return 'READ'
  return message.sequence <= cursor.delivered ? 'DELIVERED' : 'SENT'
}

/** Of a contact's message the furthest of all others, who in a support conversation are those that serve. */
function addresseesCursor(message: SentMessage, participants: Participant[]) {
  if (message.senderType !== 'contact') return sideCursor(participants, 'contact')
  const others = participants.filter(
    ({ type, memberKey }) => type !== 'contact' || memberKey !== message.senderKey,
  )
  return furthest(others)
}

/** Gives rows what a format needs besides: reactions, attachments and status, in three reads at most. */
export async function complete(
  read: Queries,
  conversationId: string,
  conversationKey: number,
  rows: SentMessage[],
  known?: Participant[],
): Promise<Message[]> {
  if (rows.length === 0) return []
  const reacted = rows.filter((row) => row.reactionCount > 0).map((row) => row.key)
  const attached = rows.filter((row) => row.attachmentCount > 0).map((row) => row.key)
  const [participants, reactions, attachments] = await Promise.all([
    known ?? read.participants.of([conversationKey]),
    reacted.length > 0 ? read.messages.reactions(reacted) : [],
    attached.length > 0 ? read.attachments.of(attached) : [],
  ])
  return rows.map((row) => ({
    ...row,
    conversationId,
    status: statusOf(row, participants),
    reactions: reactions.filter((reaction) => reaction.messageKey === row.key),
    attachments: attachments.filter((attachment) => attachment.messageKey === row.key),
  }))
}

type AppRef = { key: number; id: string }
type Service = Pick<ConversationView, 'contact' | 'assignee' | 'queue' | 'unread' | 'online'>

/** Nobody serves a direct or group conversation, and what is unread there is each participant's own. */
const unserved: Service = {
  contact: null,
  assignee: null,
  queue: null,
  unread: { contact: 0, agent: 0 },
  online: false,
}

/** Makes the views of conversations of one app: what any protocol needs to show one. */
export class Views {
  readonly #context: CoreContext

  constructor(context: CoreContext) {
    this.#context = context
  }

  /** `read` are the queries of a transaction for what is not committed yet. */
  async one(
    app: AppRef,
    conversation: Conversation,
    read = this.#context.store.read,
  ): Promise<ConversationView> {
    const [view] = await this.many(app, [conversation], read)
    if (view === undefined) throw new Error('a view was asked for and none was made')
    return view
  }

  /** As it is stored now. Throws not_found. */
  async current(app: AppRef, { conversationKey }: { conversationKey: number }): Promise<ConversationView> {
    const conversation = await this.#context.store.read.conversations.byKey(conversationKey)
    if (conversation === undefined) throw notFound('conversation')
    return this.one(app, conversation)
  }

  async many(
    app: AppRef,
    conversations: Conversation[],
    read = this.#context.store.read,
  ): Promise<ConversationView[]> {
    if (conversations.length === 0) return []
    const keys = conversations.map((conversation) => conversation.key)
    const served = conversations.filter(({ kind }) => kind === 'support').map(({ key }) => key)
    const shared = conversations.filter(({ kind }) => kind !== 'support').map(({ key }) => key)
    const [tags, newest, serving, sharing] = await Promise.all([
      served.length > 0 ? read.conversations.tags(served) : [],
      read.messages.newest(keys),
      served.length > 0 ? read.participants.of(served) : [],
      shared.length > 0 ? read.members.active(shared) : [],
    ])
    return Promise.all(
      conversations.map(async (conversation) => {
        const { id, key, kind } = conversation
        const own = <Row extends { conversationKey: number }>(rows: Row[]) =>
          rows.filter((row) => row.conversationKey === key)
        const participants = own(sharing)
        const known = kind === 'support' ? own(serving) : participants
        const [service, completed] = await Promise.all([
          kind === 'support' ? this.#service(read, conversation, known) : unserved,
          complete(read, id, key, own(newest), known),
        ])
        return {
          conversation,
          appId: app.id,
          ...service,
          participants,
          tags: own(tags).map(({ tag }) => tag),
          lastMessage: completed[0] ?? null,
        }
      }),
    )
  }

  /** What only a support conversation has. */
  async #service(read: Queries, conversation: Conversation, participants: Participant[]): Promise<Service> {
    const [contact, assignee, queue, unread] = await Promise.all([
      this.#contact(read, conversation),
      this.#assignee(read, conversation),
      this.#queue(read, conversation),
      countUnread(read, conversation, participants),
    ])
    return { contact, assignee, queue, unread, online: this.#online(conversation) }
  }

  async #contact(read: Queries, { contactKey }: Conversation): Promise<ConversationView['contact']> {
    if (contactKey === null) return null
    const contact = await read.contacts.byKey(contactKey)
    if (contact === undefined) return null
    const { id, externalId, name, email, phone } = contact
    return { id, externalId, name, email, phone }
  }

  async #assignee(read: Queries, { assigneeKey }: Conversation): Promise<ConversationView['assignee']> {
    if (assigneeKey === null) return null
    const agent = await read.agents.byKey(assigneeKey)
    return agent === undefined ? null : { id: agent.id, name: agent.name }
  }

  async #queue(
    { queue }: Queries,
    { key, handler, status }: Conversation,
  ): Promise<ConversationView['queue']> {
    if (handler !== 'queue' || status !== 'open') return null
    const entry = await queue.active(key)
    if (entry === undefined) return null
    const [position, average] = await Promise.all([
      queue.position(entry),
      queue.averageWait(entry.appKey, entry.priority),
    ])
    const etaSeconds = estimateSeconds(average, entry.requestedAt, this.#context.clock.now())
    return { position, etaSeconds, priority: entry.priority, requestedAt: entry.requestedAt }
  }

  #online({ contactKey, appKey }: Conversation): boolean {
    return contactKey !== null && this.#context.presence.online({ type: 'contact', appKey, key: contactKey })
  }
}

async function countUnread(
  read: Queries,
  conversation: Conversation,
  participants: Participant[],
): Promise<ConversationView['unread']> {
  const count = (side: Side) => {
    const cursor = sideCursor(participants, side).read
    if (cursor >= conversation.lastSequence) return 0
    return read.messages.countUnread(conversation.key, cursor, side, unreadBound)
  }
  const [contact, agent] = await Promise.all([count('contact'), count('agent')])
  return { contact, agent }
}
