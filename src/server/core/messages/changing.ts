import type { CoreContext } from '../context.js'
import { revise } from '../conversations/announcements.js'
import type { Threads } from '../conversations/threads.js'
import { conflict, forbidden, notFound } from '../errors.js'
import type { ConversationRef } from '../events.js'
import { participating } from '../members/participation.js'
import type { Message, MessageRow, Participant, SentMessage } from '../model.js'
import type { Outbox } from '../outbox/outbox.js'
import { may } from '../permissions.js'
import { isCustomer, type Principal } from '../principal.js'
import { cleanBody } from '../text.js'
import { completed } from './completed.js'
import { forgetFiles } from './files.js'
import { senderOf } from './senders.js'

/** What changes a row; null when it is so already. */
type Change = (row: SentMessage, at: number) => Partial<MessageRow> | null

/** Changing messages and taking them back. */
export class Changing {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #outbox: Outbox

  constructor(context: CoreContext, threads: Threads, outbox: Outbox) {
    this.#context = context
    this.#threads = threads
    this.#outbox = outbox
  }

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

  async remove(principal: Principal, conversationId: string, messageId: string): Promise<Message> {
    const thread = await this.#threads.find(principal, conversationId, 'conversation.serve')
    return this.#change(principal, thread, messageId, 'message.deleted', (row, at) =>
      row.deletedAt === null
        ? { body: '', deletedAt: at, attachmentCount: 0, reactionCount: 0, metadata: null }
        : null,
    )
  }

  async #change(
    principal: Principal,
    thread: ConversationRef,
    messageId: string,
    type: 'message.updated' | 'message.deleted',
    change: Change,
  ): Promise<Message> {
    return this.#context.store.transaction(async (transaction) => {
      await transaction.conversations.lock(thread.conversationKey)
      const own = await participating(transaction, thread, principal)
      const row = await transaction.messages.byId(thread.conversationKey, messageId)
      if (row === undefined || (row.internal && isCustomer(principal))) throw notFound('message')
      if (!(type === 'message.deleted' && tidiesUp(thread, own))) assertAuthor(principal, row)
      const at = this.#context.clock.now()
      const patch = change(row, at)
      if (patch === null) return completed(transaction, thread, row)
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
      const message = await completed(transaction, thread, changed)
      await this.#outbox.message(transaction, thread, type, message)
      transaction.afterCommit(() => this.#context.bus.publish({ type, conversation: thread, message }))
      return message
    }, thread.conversationKey)
  }
}

/** Owners and admins of a group may take back what others wrote there. */
const tidiesUp = ({ kind }: ConversationRef, own: Participant | null): boolean =>
  kind === 'group' && own !== null && own.role !== 'member'

function assertAuthor(principal: Principal, row: SentMessage): void {
  const sender = senderOf(principal)
  if (row.senderType === sender.type && row.senderKey === sender.key) return
  if (row.senderType !== 'contact' && may(principal, 'app.manage')) return
  throw forbidden('Only who wrote a message may change it.')
}
