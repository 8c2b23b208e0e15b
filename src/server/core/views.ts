import type { CoreContext } from './context.js'
import { notFound } from './errors.js'
import type { ConversationView } from './events.js'
import type { Conversation, Message, Participant, SentMessage } from './model.js'
import type { Queries } from './ports.js'
import { estimateSeconds } from './waits.js'

/** Unread messages are counted up to here: past it the number tells nobody more. */
const unreadBound = 1_000

export type Side = 'contact' | 'agent'

/** How far one side of a conversation has got: the furthest of its participants. */
export function sideCursor(participants: Participant[], side: Side): { read: number; delivered: number } {
  const cursor = { read: 0, delivered: 0 }
  for (const participant of participants) {
    if ((participant.type === 'contact') !== (side === 'contact')) continue
    cursor.read = Math.max(cursor.read, participant.readSequence)
    cursor.delivered = Math.max(cursor.delivered, participant.deliveredSequence, participant.readSequence)
  }
  return cursor
}

/** By the other side's cursor; a note has no sequence and stays SENT. */
function statusOf(message: SentMessage, participants: Participant[]): Message['status'] {
  if (message.sequence === null) return 'SENT'
  const cursor = sideCursor(participants, message.senderType === 'contact' ? 'agent' : 'contact')
  if (message.sequence <= cursor.read) return 'READ'
  return message.sequence <= cursor.delivered ? 'DELIVERED' : 'SENT'
}

/** Gives rows what a format needs besides: reactions, attachments and status, in three reads at most. */
export async function complete(
  read: Queries,
  conversationId: string,
  conversationKey: number,
  rows: SentMessage[],
): Promise<Message[]> {
  if (rows.length === 0) return []
  const reacted = rows.filter((row) => row.reactionCount > 0).map((row) => row.key)
  const attached = rows.filter((row) => row.attachmentCount > 0).map((row) => row.key)
  const [participants, reactions, attachments] = await Promise.all([
    read.participants.of([conversationKey]),
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

/** Makes the views of conversations of one app: what any protocol needs to show one. */
export class Views {
  readonly #context: CoreContext

  constructor(context: CoreContext) {
    this.#context = context
  }

  async one(app: { key: number; id: string }, conversation: Conversation): Promise<ConversationView> {
    const [view] = await this.many(app, [conversation])
    if (view === undefined) throw new Error('a view was asked for and none was made')
    return view
  }

  /** As it is stored now. Throws not_found. */
  async current(
    app: { key: number; id: string },
    { conversationKey }: { conversationKey: number },
  ): Promise<ConversationView> {
    const conversation = await this.#context.store.read.conversations.byKey(conversationKey)
    if (conversation === undefined) throw notFound('conversation')
    return this.one(app, conversation)
  }

  async many(app: { key: number; id: string }, conversations: Conversation[]): Promise<ConversationView[]> {
    if (conversations.length === 0) return []
    const read = this.#context.store.read
    const keys = conversations.map((conversation) => conversation.key)
    const [tags, newest, participants] = await Promise.all([
      read.conversations.tags(keys),
      read.messages.newest(keys),
      read.participants.of(keys),
    ])
    return Promise.all(
      conversations.map(async (conversation) => {
        const own = participants.filter((participant) => participant.conversationKey === conversation.key)
        const last = newest.filter((message) => message.conversationKey === conversation.key)
        const [contact, assignee, queue, unread, completed] = await Promise.all([
          this.#contact(conversation),
          this.#assignee(conversation),
          this.#queue(conversation),
          this.#unread(conversation, own),
          complete(read, conversation.id, conversation.key, last),
        ])
        return {
          conversation,
          appId: app.id,
          contact,
          assignee,
          participants: [],
          queue,
          tags: tags.filter((tag) => tag.conversationKey === conversation.key).map((tag) => tag.tag),
          lastMessage: completed[0] ?? null,
          unread,
          online: this.#online(conversation),
        }
      }),
    )
  }

  async #contact({ contactKey }: Conversation): Promise<ConversationView['contact']> {
    if (contactKey === null) return null
    const contact = await this.#context.store.read.contacts.byKey(contactKey)
    if (contact === undefined) return null
    const { id, externalId, name, email, phone } = contact
    return { id, externalId, name, email, phone }
  }

  async #assignee({ assigneeKey }: Conversation): Promise<ConversationView['assignee']> {
    if (assigneeKey === null) return null
    const agent = await this.#context.store.read.agents.byKey(assigneeKey)
    return agent === undefined ? null : { id: agent.id, name: agent.name }
  }

  async #queue({ key, handler, status }: Conversation): Promise<ConversationView['queue']> {
    if (handler !== 'queue' || status !== 'open') return null
    const { queue } = this.#context.store.read
    const entry = await queue.active(key)
    if (entry === undefined) return null
    const [position, average] = await Promise.all([
      queue.position(entry),
      queue.averageWait(entry.appKey, entry.priority),
    ])
    const etaSeconds = estimateSeconds(average, entry.requestedAt, this.#context.clock.now())
    return { position, etaSeconds, priority: entry.priority, requestedAt: entry.requestedAt }
  }

  async #unread(
    conversation: Conversation,
    participants: Participant[],
  ): Promise<ConversationView['unread']> {
    const count = (side: Side) => {
      const { read } = sideCursor(participants, side)
      if (read >= conversation.lastSequence) return 0
      return this.#context.store.read.messages.countUnread(conversation.key, read, side, unreadBound)
    }
    const [contact, agent] = await Promise.all([count('contact'), count('agent')])
    return { contact, agent }
  }

  #online({ contactKey, appKey }: Conversation): boolean {
    return contactKey !== null && this.#context.presence.online({ type: 'contact', appKey, key: contactKey })
  }
}
