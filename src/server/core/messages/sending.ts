import type { CoreContext } from '../context.js'
import type { Announcements } from '../conversations/announcements.js'
import type { Threads } from '../conversations/threads.js'
import { conflict, forbidden, notFound } from '../errors.js'
import type { ConversationRef } from '../events.js'
import { ConversationExpired } from '../lifecycle/arrivals.js'
import type { Lifecycle } from '../lifecycle/lifecycle.js'
import { readBySending } from '../members/sending.js'
import type { Attachment, Conversation, ConversationStep, Message, MessageRow } from '../model.js'
import type { Outbox } from '../outbox/outbox.js'
import type { Transaction } from '../ports.js'
import { isCustomer, type Principal } from '../principal.js'
import { attach } from './attaching.js'
import { completed } from './completed.js'
import { draftOf, type NewMessage } from './draft.js'
import { type Draft, noteChange, placeIn, type Sender } from './placing.js'
import { senderOf } from './senders.js'

export interface Posted {
  message: Message
  /** False when this local id was there already and nothing was stored. */
  created: boolean
}

/** Sending messages. */
export class Sending {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #lifecycle: Lifecycle
  readonly #announcements: Announcements
  readonly #outbox: Outbox

  constructor(
    context: CoreContext,
    threads: Threads,
    lifecycle: Lifecycle,
    announcements: Announcements,
    outbox: Outbox,
  ) {
    this.#context = context
    this.#threads = threads
    this.#lifecycle = lifecycle
    this.#announcements = announcements
    this.#outbox = outbox
  }

  async post(principal: Principal, conversationId: string, input: NewMessage): Promise<Posted> {
    const thread = await this.#threads.find(principal, conversationId, 'conversation.serve')
    const sender = senderOf(principal)
    if (input.internal && isCustomer(principal)) throw forbidden('Only agents write internal notes.')
    const draft = draftOf(this.#context, input, sender)
    const place = { thread, draft, sender, input, principal }
    try {
      return await this.#context.store.transaction(
        (transaction) => this.#store(transaction, place),
        thread.conversationKey,
      )
    } catch (error) {
      if (!(error instanceof ConversationExpired)) throw error
    }
    const successor = await this.#lifecycle.successor(principal, thread)
    return this.post(principal, successor, input)
  }

  async #store(transaction: Transaction, place: Place): Promise<Posted> {
    const { thread, draft, sender } = place
    const { conversationKey } = thread
    const first = await transaction.messages.duplicate(
      conversationKey,
      draft.dedupe,
      draft.localId,
      sender.type,
      sender.key,
    )
    if (first !== undefined) return { message: await completed(transaction, thread, first), created: false }
    const conversation = draft.internal
      ? await this.#reviseForNote(transaction, thread)
      : await this.#advance(transaction, place)
    const row = placeIn(conversation, draft)
    const key = await transaction.messages.insert(row)
    const attachments = await attach(transaction, thread, sender, place.input.attachments ?? [], key)
    if (row.internal)
      await transaction.conversations.insertChange(noteChange(conversation, key, row.createdAt))
    if (draft.replyTo !== null) await this.#assertReplyable(transaction, conversationKey, draft.replyTo)
    const message = newMessage(row, key, place, attachments)
    await this.#outbox.message(transaction, thread, 'message.created', message)
    transaction.afterCommit(() => {
      this.#context.bus.publish({ type: 'message.created', conversation: thread, message })
    })
    return { message, created: true }
  }

  /** The next sequence, and what a message does to the conversation's life. */
  async #advance(transaction: Transaction, place: Place): Promise<ConversationStep> {
    const { thread, principal, draft } = place
    const fromContact = draft.senderType === 'contact'
    const at = draft.createdAt
    if (!fromContact) await this.#guard(transaction, place)
    const conversation = await transaction.conversations.advance(thread.conversationKey, { at, fromContact })
    if (conversation === undefined) throw notFound('conversation')
    if (thread.kind !== 'support')
      await readBySending(this.#context, transaction, thread, principal, conversation)
    else if (await this.#lifecycle.messageArrives(transaction, principal, thread, conversation, at))
      this.#announcements.conversation(transaction, thread)
    return conversation
  }

  /** Nobody answers blind: a newer message of the contact comes back instead. */
  async #guard(transaction: Transaction, { thread, input }: Place): Promise<void> {
    if (input.expectSequence === undefined) return
    const conversation = await transaction.conversations.lock(thread.conversationKey)
    if (conversation === undefined || conversation.lastContactSequence <= input.expectSequence) return
    const [latest] = await transaction.messages.range(
      thread.conversationKey,
      conversation.lastContactSequence - 1,
      conversation.lastContactSequence,
      false,
    )
    throw conflict('A newer message came in meanwhile. Read it, then send again.', {
      ...(latest === undefined ? {} : { latest: await completed(transaction, thread, latest) }),
    })
  }

  async #reviseForNote(transaction: Transaction, thread: ConversationRef): Promise<Conversation> {
    const conversation = await transaction.conversations.revise(thread.conversationKey, {})
    if (conversation === undefined) throw notFound('conversation')
    return conversation
  }

  async #assertReplyable(
    transaction: Transaction,
    conversationKey: number,
    messageId: string,
  ): Promise<void> {
    const original = await transaction.messages.byId(conversationKey, messageId)
    if (original === undefined || original.internal) throw notFound('message to reply to')
  }
}

interface Place {
  thread: ConversationRef
  draft: Draft
  sender: Sender
  input: NewMessage
  principal: Principal
}

/** As it is told, before anybody has seen it. Written out like the row, and for the same reason. */
function newMessage(
  row: Omit<MessageRow, 'key'>,
  key: number,
  { thread, sender }: Place,
  attachments: Attachment[],
): Message {
  return {
    key,
    id: row.id,
    conversationKey: row.conversationKey,
    sequence: row.sequence,
    afterSequence: row.afterSequence,
    revision: row.revision,
    localId: row.localId,
    dedupe: row.dedupe,
    senderType: row.senderType,
    senderKey: row.senderKey,
    type: row.type,
    body: row.body,
    internal: row.internal,
    replyTo: row.replyTo,
    attachmentCount: row.attachmentCount,
    reactionCount: row.reactionCount,
    metadata: row.metadata,
    externalId: row.externalId,
    createdAt: row.createdAt,
    editedAt: row.editedAt,
    deletedAt: row.deletedAt,
    senderId: sender.id,
    senderExternalId: sender.externalId,
    senderName: sender.name,
    conversationId: thread.conversationId,
    status: 'SENT',
    reactions: [],
    attachments,
  }
}
