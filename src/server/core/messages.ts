import { type Announcements, revise } from './announcements.js'
import type { CoreContext } from './context.js'
import { conflict, forbidden, invalid, notFound } from './errors.js'
import type { ConversationRef } from './events.js'
import { forgetFiles } from './files.js'
import { newId } from './ids.js'
import { ConversationExpired } from './lifecycle/arrivals.js'
import type { Lifecycle } from './lifecycle/lifecycle.js'
import { participating } from './members/participation.js'
import { readBySending } from './members/sending.js'
import type {
  Attachment,
  Conversation,
  ConversationStep,
  Json,
  Message,
  MessageRow,
  MessageType,
  Participant,
  SentMessage,
} from './model.js'
import type { Outbox } from './outbox/outbox.js'
import { may } from './permissions.js'
import { type Draft, dedupeOf, noteChange, placeIn, type Sender } from './placing.js'
import type { Transaction } from './ports.js'
import { isCustomer, type Principal } from './principal.js'
import { senderOf } from './senders.js'
import { cleanBody, cleanMetadata, cleanText } from './text.js'
import type { Threads } from './threads.js'
import { complete } from './views.js'

export interface NewMessage {
  localId: string
  body?: string
  type?: MessageType
  /** Ids of uploaded files, at most 10. */
  attachments?: string[]
  replyTo?: string
  metadata?: Json
  /** An internal note reaches no visitor and takes no sequence. */
  internal?: boolean
  /** Refuse when the contact wrote something after this sequence. */
  expectSequence?: number
}

export interface Posted {
  message: Message
  /** False when this local id was there already and nothing was stored. */
  created: boolean
}

/** Sending, changing and taking back messages: the message path. */
export class Messages {
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

  /**
   * Stores a message; settles after the commit. The same local id from the same sender in the same
   * conversation gives the first message back, whenever and wherever it comes again.
   */
  async post(principal: Principal, conversationId: string, input: NewMessage): Promise<Posted> {
    const thread = await this.#threads.find(principal, conversationId, 'conversation.serve')
    const sender = senderOf(principal)
    if (input.internal && isCustomer(principal)) throw forbidden('Only agents write internal notes.')
    const draft = this.#draft(input, sender)
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

  /** Changes the body of an own message; who manages the app may change those of their side of a support conversation. */
  async edit(
    principal: Principal,
    conversationId: string,
    messageId: string,
    body: string,
  ): Promise<Message> {
    const thread = await this.#threads.find(principal, conversationId, 'conversation.serve')
    return this.#change(principal, thread, messageId, 'message.updated', (row, at) => {
      if (row.deletedAt !== null) throw conflict('This message was deleted and cannot be edited.')
      const cleaned = cleanBody(body, this.#context.limits.bodyCodePoints, row.attachmentCount > 0)
      return cleaned === row.body ? null : { body: cleaned, editedAt: at }
    })
  }

  /** The message keeps its place in the conversation and loses its body. In a group owners and admins may do it too. */
  async remove(principal: Principal, conversationId: string, messageId: string): Promise<Message> {
    const thread = await this.#threads.find(principal, conversationId, 'conversation.serve')
    return this.#change(principal, thread, messageId, 'message.deleted', (row, at) =>
      row.deletedAt === null
        ? { body: '', deletedAt: at, attachmentCount: 0, reactionCount: 0, metadata: null }
        : null,
    )
  }

  #draft(input: NewMessage, sender: Sender): Draft {
    const { limits, clock } = this.#context
    const attachmentIds = input.attachments ?? []
    if (attachmentIds.length > limits.attachmentsPerMessage)
      throw invalid(
        `A message carries at most ${limits.attachmentsPerMessage} attachments. Send the rest in another.`,
      )
    const localId = cleanText(input.localId)
    return {
      id: newId('msg'),
      localId,
      dedupe: dedupeOf(localId),
      senderType: sender.type,
      senderKey: sender.key,
      type: input.type ?? 'text',
      body: cleanBody(input.body ?? '', limits.bodyCodePoints, attachmentIds.length > 0),
      internal: input.internal ?? false,
      replyTo: input.replyTo ?? null,
      attachmentCount: attachmentIds.length,
      reactionCount: 0,
      metadata: input.metadata === undefined ? null : cleanMetadata(input.metadata, limits.metadataBytes),
      externalId: null,
      createdAt: clock.now(),
      editedAt: null,
      deletedAt: null,
    }
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
    if (first !== undefined)
      return { message: await this.#complete(transaction, thread, first), created: false }
    const conversation = draft.internal
      ? await this.#reviseForNote(transaction, thread)
      : await this.#advance(transaction, place)
    const row = placeIn(conversation, draft)
    const key = await transaction.messages.insert(row)
    const attachments = await this.#attach(transaction, place, key)
    if (row.internal)
      await transaction.conversations.insertChange(noteChange(conversation, key, row.createdAt))
    if (draft.replyTo !== null) await this.#assertReplyable(transaction, conversationKey, draft.replyTo)
    const message: Message = {
      ...row,
      key,
      senderId: sender.id,
      senderExternalId: sender.externalId,
      senderName: sender.name,
      conversationId: thread.conversationId,
      status: 'SENT',
      reactions: [],
      attachments,
    }
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
      ...(latest === undefined ? {} : { latest: await this.#complete(transaction, thread, latest) }),
    })
  }

  async #reviseForNote(transaction: Transaction, thread: ConversationRef): Promise<Conversation> {
    const conversation = await transaction.conversations.revise(thread.conversationKey, {})
    if (conversation === undefined) throw notFound('conversation')
    return conversation
  }

  async #attach(transaction: Transaction, place: Place, messageKey: number): Promise<Attachment[]> {
    const ids = place.input.attachments ?? []
    if (ids.length === 0) return []
    const found = await transaction.attachments.byIds(place.thread.appKey, ids)
    const own = found.filter((attachment) => uploadedBy(attachment, place.sender))
    if (own.length !== new Set(ids).size) throw notFound('attachment')
    const keys = own.map((attachment) => attachment.key)
    const attached = await transaction.attachments.attach(keys, messageKey)
    if (attached !== keys.length)
      throw conflict('An attachment hangs on another message already. Upload it again.')
    return own.map((attachment) => ({ ...attachment, messageKey }))
  }

  async #assertReplyable(
    transaction: Transaction,
    conversationKey: number,
    messageId: string,
  ): Promise<void> {
    const original = await transaction.messages.byId(conversationKey, messageId)
    if (original === undefined || original.internal) throw notFound('message to reply to')
  }

  async #change(
    principal: Principal,
    thread: ConversationRef,
    messageId: string,
    type: 'message.updated' | 'message.deleted',
    change: (row: SentMessage, at: number) => Partial<MessageRow> | null,
  ): Promise<Message> {
    return this.#context.store.transaction(async (transaction) => {
      await transaction.conversations.lock(thread.conversationKey)
      const own = await participating(transaction, thread, principal)
      const row = await transaction.messages.byId(thread.conversationKey, messageId)
      if (row === undefined || (row.internal && isCustomer(principal))) throw notFound('message')
      if (!(type === 'message.deleted' && tidiesUp(thread, own))) assertAuthor(principal, row)
      const at = this.#context.clock.now()
      const patch = change(row, at)
      if (patch === null) return this.#complete(transaction, thread, row)
      const conversation = await revise(
        transaction,
        thread.conversationKey,
        at,
        {},
        { key: row.key, internal: row.internal },
      )
      const changed = { ...row, ...patch, revision: conversation.revision }
      await transaction.messages.update(row.key, { ...patch, revision: conversation.revision })
      await transaction.search.refresh(row.key, changed.deletedAt === null ? changed.body : null)
      if (type === 'message.deleted')
        forgetFiles(this.#context, transaction, await transaction.attachments.removeOf(row.key))
      const message = await this.#complete(transaction, thread, changed)
      await this.#outbox.message(transaction, thread, type, message)
      transaction.afterCommit(() => this.#context.bus.publish({ type, conversation: thread, message }))
      return message
    }, thread.conversationKey)
  }

  async #complete(transaction: Transaction, thread: ConversationRef, row: SentMessage): Promise<Message> {
    const [message] = await complete(transaction, thread.conversationId, thread.conversationKey, [row])
    if (message === undefined) throw notFound('message')
    return message
  }
}

interface Place {
  thread: ConversationRef
  draft: Draft
  sender: Sender
  input: NewMessage
  principal: Principal
}

const uploadedBy = (attachment: Attachment, sender: Sender): boolean =>
  attachment.uploaderType === sender.type && attachment.uploaderKey === sender.key

/** Owners and admins of a group may take back what others wrote there. */
const tidiesUp = ({ kind }: ConversationRef, own: Participant | null): boolean =>
  kind === 'group' && own !== null && own.role !== 'member'

function assertAuthor(principal: Principal, row: SentMessage): void {
  const sender = senderOf(principal)
  if (row.senderType === sender.type && row.senderKey === sender.key) return
  if (row.senderType !== 'contact' && may(principal, 'app.manage')) return
  throw forbidden('Only who wrote a message may change it.')
}
