import type { Announcements } from '../announcements.js'
import type { BotIntake } from '../bot/intake.js'
import type { CoreContext } from '../context.js'
import { conflict } from '../errors.js'
import type { ConversationRef } from '../events.js'
import { newId } from '../ids.js'
import type { Conversation, Json } from '../model.js'
import type { Outbox } from '../outbox/outbox.js'
import { newParticipant } from '../participants.js'
import type { Transaction } from '../ports.js'
import type { Principal } from '../principal.js'
import type { QueueMoves } from '../queue/moves.js'
import type { Threads } from '../threads.js'

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
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #moves: QueueMoves
  readonly #announcements: Announcements
  readonly #intake: BotIntake
  readonly #outbox: Outbox

  constructor(
    context: CoreContext,
    threads: Threads,
    moves: QueueMoves,
    announcements: Announcements,
    intake: BotIntake,
    outbox: Outbox,
  ) {
    this.#context = context
    this.#threads = threads
    this.#moves = moves
    this.#announcements = announcements
    this.#intake = intake
    this.#outbox = outbox
  }

  async begin(
    transaction: Transaction,
    app: { key: number; id: string },
    beginning: Beginning,
  ): Promise<Conversation> {
    const at = this.#context.clock.now()
    const { bot, priority } = await this.#intake.receive(transaction, app.key, beginning)
    const fresh = newConversation(app.key, beginning, at)
    const handler = bot === null ? 'queue' : 'bot'
    const created = await transaction.conversations.insert({ ...fresh, handler, priority })
    const thread = this.#threads.of(app, created)
    await transaction.participants.ensure(newParticipant(created.key, 'contact', beginning.contactKey, at))
    // Before the bot greets: those outside hear of a conversation before they hear of its messages.
    await this.#outbox.conversation(transaction, app, 'conversation.created', created)
    const conversation =
      bot === null
        ? await this.#moves.enter(transaction, thread, { priority, reason: null, requestedAt: at })
        : await this.#intake.greet(transaction, thread, created, bot)
    this.#announcements.conversation(transaction, thread, true)
    return conversation
  }

  async successor(principal: Principal, thread: ConversationRef): Promise<string> {
    const { contactKey } = thread
    if (contactKey === null) throw conflict('This conversation is closed.')
    return this.#context.store.transaction(async (transaction) => {
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
