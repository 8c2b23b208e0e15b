import { newParticipant } from '../conversations/participants.js'
import { conflict } from '../errors.js'
import type { ConversationRef } from '../events.js'
import { newId } from '../ids.js'
import type { Conversation, Json } from '../model.js'
import type { Transaction } from '../ports.js'
import type { Principal } from '../principal.js'
import type { LifecycleParts } from './parts.js'

export interface Beginning {
  contactKey: number
  deviceId: string | null
  channel: string
  metadata: Json
  /** What the visitor's software tells the bot. */
  botContext?: Json
  subject?: string | null
}

/** How support conversations come to be. */
export class Beginnings {
  readonly #parts: LifecycleParts

  constructor(parts: LifecycleParts) {
    this.#parts = parts
  }

  async begin(
    transaction: Transaction,
    app: { key: number; id: string },
    beginning: Beginning,
  ): Promise<Conversation> {
    const at = this.#parts.context.clock.now()
    const { bot, priority } = await this.#parts.intake.receive(transaction, app.key, beginning)
    const fresh = newConversation(app.key, beginning, at)
    const handler = bot === null ? 'queue' : 'bot'
    const created = await transaction.conversations.insert({ ...fresh, handler, priority })
    const thread = this.#parts.threads.of(app, created)
    await transaction.participants.ensure(newParticipant(created.key, 'contact', beginning.contactKey, at))
    // Before the bot greets: those outside hear of a conversation before they hear of its messages.
    await this.#parts.outbox.conversation(transaction, app, 'conversation.created', created)
    const conversation =
      bot === null
        ? await this.#parts.moves.enter(transaction, thread, { priority, reason: null, requestedAt: at })
        : await this.#parts.intake.greet(transaction, thread, created, bot)
    this.#parts.announcements.conversation(transaction, thread, true)
    return conversation
  }

  async successor(principal: Principal, thread: ConversationRef): Promise<string> {
    const { contactKey } = thread
    if (contactKey === null) throw conflict('This conversation is closed.')
    return this.#parts.context.store.transaction(async (transaction) => {
      await transaction.contacts.lock(contactKey)
      // Also a closed one: what was sent again must find where it was stored, and reopens that in its window.
      const newest = await transaction.conversations.newestOfContact(contactKey, [
        'open',
        'snoozed',
        'closed',
      ])
      if (newest !== undefined && newest.key !== thread.conversationKey) return newest.id
      const deviceId = principal.type === 'visitor' ? principal.deviceId : null
      const channel = principal.type === 'member' ? 'hybrid' : 'web'
      const begun = await this.begin(transaction, principal.app, {
        contactKey,
        deviceId,
        channel,
        metadata: {},
      })
      return begun.id
    })
  }
}

function newConversation(appKey: number, beginning: Beginning, at: number): Omit<Conversation, 'key'> {
  return {
    id: newId('conv'),
    appKey,
    kind: 'support',
    channel: beginning.channel,
    contactKey: beginning.contactKey,
    deviceId: beginning.deviceId,
    status: 'open',
    handler: 'queue',
    priority: 'normal',
    assigneeKey: null,
    subject: beginning.subject ?? null,
    metadata: beginning.metadata,
    botContext: beginning.botContext ?? null,
    lastSequence: 0,
    revision: 0,
    lastContactSequence: 0,
    lastMessageAt: null,
    snoozedUntil: null,
    transferred: false,
    firstReplyAt: null,
    waitedMs: null,
    openedAt: at,
    openedSequence: 0,
    closings: 0,
    summary: null,
    directKey: null,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
  }
}
