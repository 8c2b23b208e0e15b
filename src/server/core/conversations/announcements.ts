import type { CoreContext } from '../context.js'
import type { ConversationRef, QueueAddition } from '../events.js'
import type { Contact, Conversation, QueueEntry } from '../model.js'
import type { Transaction } from '../ports.js'
import type { Views } from './views.js'

/** Of a contact with many conversations the newest are told; nobody watches older ones. */
const toldOfContact = 20

/** When a view that could not be read is tried again; after the last time the clients' own healing must do. */
const retryAfterMs = [500, 2_000, 10_000]

/** Tells everybody, after commit, what changed: conversations as a whole view, the queue as numbered changes. */
export class Announcements {
  readonly #context: CoreContext
  readonly #views: Views

  constructor(context: CoreContext, views: Views) {
    this.#context = context
    this.#views = views
  }

  /** The view is made after commit, outside the transaction, so that it never holds up the writer. */
  conversation(transaction: Transaction, thread: ConversationRef, created = false): void {
    transaction.afterCommit(() => this.#announce(thread, created, 0))
  }

  /** A database that is busy for a moment must not leave those who are connected with an old view. */
  #announce(thread: ConversationRef, created: boolean, failures: number): void {
    this.#publishView(thread, created).catch((error) => {
      this.#context.report(error, 'announcing a conversation')
      const waitMs = retryAfterMs[failures]
      if (waitMs !== undefined)
        this.#context.clock.after(waitMs, () => this.#announce(thread, created, failures + 1))
    })
  }

  /** What conversations show of a contact has changed: those that go on are told anew. */
  async contact(
    transaction: Transaction,
    app: { key: number; id: string },
    contactKey: number,
  ): Promise<void> {
    const newest = await transaction.conversations.list(app.key, { contactKey }, { limit: toldOfContact })
    for (const { id, key, kind, status } of newest) {
      if (status === 'closed') continue
      await revise(transaction, key, this.#context.clock.now(), {})
      const place = {
        appKey: app.key,
        appId: app.id,
        conversationId: id,
        conversationKey: key,
        contactKey,
        kind,
      }
      this.conversation(transaction, place)
    }
  }

  async #publishView(thread: ConversationRef, created: boolean): Promise<void> {
    const conversation = await this.#context.store.read.conversations.byKey(thread.conversationKey)
    if (conversation === undefined) return
    const view = await this.#views.one({ key: thread.appKey, id: thread.appId }, conversation)
    this.#context.bus.publish({
      type: created ? 'conversation.created' : 'conversation.updated',
      conversation: { ...thread, contactKey: conversation.contactKey },
      view,
    })
  }

  async entered(transaction: Transaction, thread: ConversationRef, entry: QueueEntry): Promise<void> {
    const contact =
      thread.contactKey === null ? undefined : await transaction.contacts.byKey(thread.contactKey)
    const addition: QueueAddition = {
      conversationId: thread.conversationId,
      priority: entry.priority,
      reason: entry.reason,
      requestedAt: entry.requestedAt,
      visitorName: contact?.name ?? null,
    }
    await this.#queue(transaction, thread, [addition], [])
  }

  left(transaction: Transaction, thread: ConversationRef): Promise<void> {
    return this.#queue(transaction, thread, [], [thread.conversationId])
  }

  async #queue(
    transaction: Transaction,
    thread: ConversationRef,
    added: QueueAddition[],
    removed: string[],
  ): Promise<void> {
    const { appKey, appId } = thread
    const change = await transaction.queue.nextChange(appKey)
    const sizes = await transaction.queue.sizes(appKey)
    const size = sizes.reduce((total, { waiting }) => total + waiting, 0)
    transaction.afterCommit(() => {
      this.#context.bus.publish({ type: 'queue.changed', appKey, appId, change, size, added, removed })
    })
  }
}

/** Whether those who watch a contact's conversations see a difference. */
export const isShownOtherwise = (before: Contact, after: Contact): boolean =>
  before.name !== after.name ||
  before.email !== after.email ||
  before.phone !== after.phone ||
  before.externalId !== after.externalId

/** Takes the conversation's next revision for a change that is not a new public message. */
export async function revise(
  transaction: Transaction,
  key: number,
  at: number,
  patch: Parameters<Transaction['conversations']['revise']>[1],
  message?: { key: number; internal: boolean },
): Promise<Conversation> {
  const conversation = await transaction.conversations.revise(key, { ...patch, updatedAt: at })
  if (conversation === undefined) throw new Error('a conversation vanished inside its transaction')
  await transaction.conversations.insertChange({
    conversationKey: key,
    revision: conversation.revision,
    kind: message === undefined ? 'conversation' : 'message',
    messageKey: message?.key ?? null,
    internal: message?.internal ?? false,
    sequence: conversation.lastSequence,
    fromSequence: null,
    toSequence: null,
    at,
  })
  return conversation
}
