import { type Announcements, revise } from './announcements.js'
import { record } from './audit.js'
import type { BotIntake } from './bot/intake.js'
import type { CoreContext } from './context.js'
import { conflict, invalid } from './errors.js'
import type { ConversationRef } from './events.js'
import { newId } from './ids.js'
import type { App, AppSettings, Conversation, ConversationStep, ConversationSummary, Json } from './model.js'
import { newParticipant } from './participants.js'
import type { Transaction } from './ports.js'
import type { Principal, Staff } from './principal.js'
import { locked, type Queue } from './queue.js'
import { settingsOf } from './settings.js'
import { cleanLine } from './text.js'
import type { Threads } from './threads.js'

const dayMs = 86_400_000
const scores: readonly number[] = [1, 2, 3, 4, 5]

/**
 * Thrown inside a transaction when a visitor writes to what was closed too long ago: everything is rolled
 * back, and the sender goes on in a new conversation.
 */
export class ConversationExpired extends Error {}

export interface Beginning {
  contactKey: number
  deviceId: string | null
  channel: string
  metadata: Json
  /** What the visitor's software tells the bot. */
  botContext?: Json
}

/** A support conversation's life: created, reopened, snoozed, closed, rated. Illegal moves are `conflict`. */
export class Lifecycle {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #queue: Queue
  readonly #announcements: Announcements
  readonly #intake: BotIntake

  constructor(
    context: CoreContext,
    threads: Threads,
    queue: Queue,
    announcements: Announcements,
    intake: BotIntake,
  ) {
    this.#context = context
    this.#threads = threads
    this.#queue = queue
    this.#announcements = announcements
    this.#intake = intake
  }

  /** Inside the caller's transaction: a new conversation, which is the bot's or waits for an agent at once. */
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
    const conversation =
      bot === null
        ? await this.#queue.enter(transaction, thread, { priority, reason: null, requestedAt: at })
        : await this.#intake.greet(transaction, thread, created, bot)
    this.#announcements.conversation(transaction, thread, true)
    return conversation
  }

  /**
   * What a public message, already counted, does to the conversation it arrives in. Gives whether anything
   * but the message changed. Throws ConversationExpired.
   */
  async messageArrives(
    transaction: Transaction,
    principal: Principal,
    thread: ConversationRef,
    conversation: ConversationStep,
    at: number,
  ): Promise<boolean> {
    if (principal.type === 'visitor') {
      const moved = await this.#contactWrites(transaction, principal, thread, conversation, at)
      return (await this.#askBot(transaction, thread, conversation, at)) || moved
    }
    if (conversation.status === 'closed')
      throw conflict('This conversation is closed. Reopen it before you write.')
    if (conversation.firstReplyAt === null)
      await transaction.conversations.patch(conversation.key, { firstReplyAt: at })
    if (conversation.handler === 'bot') await this.#takenFromBot(transaction, principal, thread)
    if (principal.type !== 'agent' || conversation.handler === 'agent') return false
    await this.#queue.assign(transaction, thread, principal.agent)
    return true
  }

  /** The conversation in which a visitor goes on when the old one was closed too long ago. */
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
      const begun = await this.begin(transaction, principal.app, {
        contactKey,
        deviceId,
        channel: 'web',
        metadata: {},
      })
      return begun.id
    })
  }

  /** By a visitor their own; by staff any that they may serve. Records the summary. */
  async close(principal: Principal, conversationId: string, reason?: string): Promise<Conversation> {
    const thread = await this.#threads.find(principal, conversationId, 'conversation.serve')
    return this.#context.store.transaction(async (transaction) => {
      const conversation = await locked(transaction, thread)
      if (conversation.status === 'closed') throw conflict('This conversation is closed already.')
      await this.#queue.remove(transaction, thread)
      const at = this.#context.clock.now()
      const closed = await revise(transaction, conversation.key, at, {
        status: 'closed',
        handler: null,
        snoozedUntil: null,
        closedAt: at,
        closings: conversation.closings + 1,
        summary: await this.#summary(transaction, conversation, at),
      })
      const details = { reason: cleanLine(reason) }
      await record(this.#context, transaction, principal, {
        action: 'conversation.close',
        target: conversationId,
        details,
      })
      this.#announcements.conversation(transaction, thread)
      return closed
    })
  }

  /** A snoozed one goes on with who had it; what nobody has goes to the agent who reopens it, else into the queue. */
  async reopen(principal: Staff, conversationId: string): Promise<Conversation> {
    const thread = await this.#threads.forStaff(principal, conversationId, 'conversation.serve')
    return this.#context.store.transaction(async (transaction) => {
      const conversation = await locked(transaction, thread)
      if (conversation.status === 'open') throw conflict('This conversation is open already.')
      const reopened =
        conversation.status === 'closed'
          ? await this.#beginRound(transaction, conversation, conversation.lastSequence)
          : await this.#rouse(transaction, conversation)
      const result = await this.#handOver(transaction, principal, thread, reopened)
      await record(this.#context, transaction, principal, {
        action: 'conversation.reopen',
        target: conversationId,
      })
      this.#announcements.conversation(transaction, thread)
      return result
    })
  }

  /** Put aside until a time; the visitor's next message wakes it earlier. */
  async snooze(principal: Staff, conversationId: string, until: number): Promise<Conversation> {
    const thread = await this.#threads.forStaff(principal, conversationId, 'conversation.serve')
    const at = this.#context.clock.now()
    if (until <= at) throw invalid('Snooze until a time in the future.')
    return this.#context.store.transaction(async (transaction) => {
      const conversation = await locked(transaction, thread)
      if (conversation.status === 'closed') throw conflict('This conversation is closed. Reopen it first.')
      await this.#queue.remove(transaction, thread)
      const snoozed = await revise(transaction, conversation.key, at, {
        status: 'snoozed',
        snoozedUntil: until,
      })
      await record(this.#context, transaction, principal, {
        action: 'conversation.snooze',
        target: conversationId,
      })
      this.#announcements.conversation(transaction, thread)
      return snoozed
    })
  }

  /** Wakes what was snoozed until now; gives how many. Run from time to time by the server. */
  async wakeDue(): Promise<number> {
    const due = await this.#context.store.read.conversations.snoozedUntil(this.#context.clock.now(), 100)
    for (const { key, appKey } of due) await this.#wakeOne(key, appKey)
    return due.length
  }

  /** One rating a closing; a second one for the same closing is `conflict`. */
  async rate(principal: Principal, conversationId: string, score: number, comment?: string): Promise<void> {
    const thread = await this.#threads.find(principal, conversationId, 'conversation.serve')
    if (!scores.includes(score)) throw invalid('A rating is a whole number from 1 to 5.')
    await this.#context.store.transaction(async (transaction) => {
      const conversation = await locked(transaction, thread)
      if (conversation.status !== 'closed') throw conflict('A conversation is rated once it is closed.')
      const { key, appKey, closings, summary } = conversation
      const rating = { conversationKey: key, closing: closings, appKey, score, comment: cleanLine(comment) }
      if (!(await transaction.conversations.insertRating({ ...rating, at: this.#context.clock.now() })))
        throw conflict('This conversation was rated already.')
      await revise(transaction, key, this.#context.clock.now(), {
        summary: summary && { ...summary, rating: score },
      })
      this.#announcements.conversation(transaction, thread)
    })
  }

  /** Gives whether the bot must keep quiet and the conversation went to the queue. */
  async #askBot(
    transaction: Transaction,
    thread: ConversationRef,
    conversation: ConversationStep,
    requestedAt: number,
  ): Promise<boolean> {
    if (conversation.handler !== 'bot') return false
    if (await this.#intake.ask(transaction, thread, conversation)) return false
    const { priority } = conversation
    await this.#queue.enter(transaction, thread, { priority, reason: null, requestedAt })
    return true
  }

  /** Software that writes answers for this once; a person keeps the bot away from the contact for a while. */
  async #takenFromBot(
    transaction: Transaction,
    principal: Principal,
    thread: ConversationRef,
  ): Promise<void> {
    if (principal.type !== 'agent') return this.#intake.drop(transaction, thread.conversationKey)
    await this.#intake.suspend(
      transaction,
      thread,
      (await settingsNow(transaction, principal.app)).botSuspensionMinutes,
    )
  }

  async #contactWrites(
    transaction: Transaction,
    principal: Principal,
    thread: ConversationRef,
    conversation: ConversationStep,
    at: number,
  ): Promise<boolean> {
    if (conversation.status === 'open') return false
    const window = (await settingsNow(transaction, principal.app)).reopenWindowDays * dayMs
    if (conversation.closedAt !== null && at - conversation.closedAt > window) throw new ConversationExpired()
    const reopened =
      conversation.status === 'snoozed'
        ? await this.#rouse(transaction, conversation)
        : await this.#beginRound(transaction, conversation, conversation.lastSequence - 1)
    await this.#handOver(transaction, principal, thread, reopened)
    return true
  }

  /** A closed conversation opens again; who serves it is not said yet. */
  #beginRound(
    transaction: Transaction,
    conversation: ConversationStep,
    openedSequence: number,
  ): Promise<Conversation> {
    const at = this.#context.clock.now()
    return revise(transaction, conversation.key, at, {
      status: 'open',
      closedAt: null,
      openedAt: at,
      openedSequence,
      firstReplyAt: null,
      waitedMs: null,
      transferred: false,
    })
  }

  #rouse(transaction: Transaction, { key }: ConversationStep): Promise<Conversation> {
    return revise(transaction, key, this.#context.clock.now(), { status: 'open', snoozedUntil: null })
  }

  /** An opened conversation that no agent has: to the agent who opened it, else into the queue. */
  async #handOver(
    transaction: Transaction,
    opener: Principal | null,
    thread: ConversationRef,
    conversation: Conversation,
  ): Promise<Conversation> {
    if (conversation.handler === 'agent') return conversation
    // Straight to the agent: by way of the queue it would count as a wait of no time.
    if (opener?.type === 'agent') return this.#queue.assign(transaction, thread, opener.agent)
    const reason = conversation.handler === null ? 'reopened' : undefined
    return this.#queue.enterAgain(transaction, thread, conversation, { reason })
  }

  async #wakeOne(key: number, appKey: number): Promise<void> {
    await this.#context.store.transaction(async (transaction) => {
      const conversation = await transaction.conversations.lock(key)
      const app = await transaction.apps.byKey(appKey)
      if (conversation?.status !== 'snoozed' || app === undefined) return
      const thread = this.#threads.of(app, conversation)
      await this.#handOver(transaction, null, thread, await this.#rouse(transaction, conversation))
      this.#announcements.conversation(transaction, thread)
    })
  }

  async #summary(
    transaction: Transaction,
    conversation: Conversation,
    at: number,
  ): Promise<ConversationSummary> {
    const counts = await transaction.messages.countBySender(conversation.key, conversation.openedSequence)
    const messages = { contact: 0, agent: 0, bot: 0, system: 0 }
    for (const { senderType, count } of counts) messages[senderType] = count
    const seconds = (milliseconds: number | null) =>
      milliseconds === null ? null : Math.round(milliseconds / 1000)
    const { openedAt, firstReplyAt, waitedMs, transferred } = conversation
    return {
      messages,
      waitingSeconds: seconds(waitedMs),
      firstReplySeconds: seconds(firstReplyAt === null ? null : firstReplyAt - openedAt),
      totalSeconds: Math.round((at - openedAt) / 1000),
      transferred,
      rating: null,
    }
  }
}

/** A connection may be older than the newest settings. */
async function settingsNow(transaction: Transaction, app: App): Promise<AppSettings> {
  return settingsOf((await transaction.apps.byKey(app.key)) ?? app)
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
    subject: null,
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
