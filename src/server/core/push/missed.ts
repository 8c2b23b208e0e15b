import type { CoreContext } from '../context.js'
import type { Threads } from '../conversations/threads.js'
import { complete } from '../conversations/views.js'
import type { Conversation, ConversationKind, SentMessage } from '../model.js'
import type { PushNotices } from './notices.js'

/**
 * A connection that is dead already is believed to live for a ping and its timeout (45 s), those of a killed node for
 * up to 30 s, and whoever leaves counts as here for a few more.
 */
const unsureMs = 60_000
/** The direct and group conversations that were active last: more are not looked through. */
const conversationsOfMember = 20
/** The last line may be the system's, such as a transfer. */
const messagesLookedAt = 5
const talks: ConversationKind[] = ['direct', 'group']

/**
 * Wakes the devices of somebody who has gone for what was written while they only seemed to be connected: when it was
 * stored they were online, so nothing was written down for them. What a client confirmed to have is left out.
 */
export class MissedPushes {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #notices: PushNotices

  constructor(context: CoreContext, threads: Threads, notices: PushNotices) {
    this.#context = context
    this.#threads = threads
    this.#notices = notices
  }

  /** Of a contact who was just told to be offline. Costs one read where no device is registered. */
  async of(app: { key: number; id: string }, contactKey: number): Promise<void> {
    if (!this.#notices.enabled) return
    const { read } = this.#context.store
    if ((await read.contacts.pushDevices([contactKey], 1)).length === 0) return
    for (const conversation of await this.#conversations(contactKey))
      await this.#wake(app, conversation, contactKey)
  }

  async #conversations(contactKey: number): Promise<Conversation[]> {
    const { conversations, members } = this.#context.store.read
    const support = await conversations.newestOfContact(contactKey, ['open', 'snoozed', 'closed'])
    const own = await members.page(contactKey, { kinds: talks, limit: conversationsOfMember })
    const all = own.map(({ conversation }) => conversation)
    if (support !== undefined) all.push(support)
    return all.filter(({ lastMessageAt }) => lastMessageAt !== null && this.#isRecent(lastMessageAt))
  }

  async #wake(
    app: { key: number; id: string },
    conversation: Conversation,
    contactKey: number,
  ): Promise<void> {
    const { store } = this.#context
    const last = await this.#missed(conversation, contactKey)
    const [message] = await complete(
      store.read,
      conversation.id,
      conversation.key,
      last === undefined ? [] : [last],
    )
    if (message === undefined) return
    const thread = this.#threads.of(app, conversation)
    await store.transaction((transaction) => this.#notices.missed(transaction, thread, message, contactKey))
  }

  /** The newest message of others that no client of theirs has confirmed. */
  async #missed({ key, lastSequence }: Conversation, contactKey: number): Promise<SentMessage | undefined> {
    const { messages, participants } = this.#context.store.read
    const cursors = await participants.one(key, 'contact', contactKey)
    const confirmed = Math.max(cursors?.deliveredSequence ?? 0, cursors?.readSequence ?? 0)
    const last = await messages.before(key, lastSequence + 1, messagesLookedAt)
    const isTheirOwn = ({ senderType, senderKey }: SentMessage) =>
      senderType === 'contact' && senderKey === contactKey
    return last.findLast(
      (message) =>
        (message.sequence ?? 0) > confirmed &&
        this.#isRecent(message.createdAt) &&
        message.deletedAt === null &&
        message.senderType !== 'system' &&
        !isTheirOwn(message),
    )
  }

  #isRecent(at: number): boolean {
    return at >= this.#context.clock.now() - unsureMs
  }
}
