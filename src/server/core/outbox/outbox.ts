import type { CoreContext } from '../context.js'
import type { ActorRef, ConversationRef } from '../events.js'
import { newId } from '../ids.js'
import type { Attachments } from '../messages/attachments.js'
import type { Contact, Conversation, Json, Message } from '../model.js'
import type { Transaction } from '../ports.js'
import type { PushNotices } from '../push/notices.js'
import { OutboxAnnouncer } from './announcer.js'
import { contactFact, conversationFact, messageFact, reactionFact } from './facts.js'
import { type AppListeners, type Listeners, wants } from './listeners.js'
import type { EventType } from './model.js'
import { toldConversation } from './told.js'

/** Which app, as wires and tables know it. */
export interface AppRef {
  key: number
  id: string
}

/** Something that the outside may hear of. */
export interface OutboxInput {
  type: EventType
  /** Where it happened, or whom it is about: such events keep their order on the way out. */
  conversationKey?: number
  contactKey?: number
  /** Only called where somebody listens. */
  data: () => Json | Promise<Json>
}

const nothing = Promise.resolve()

/** Files are fetched by receivers that may have been down for days. */
const linkLifeMs = 7 * 86_400_000

/** Writes down what happened for those outside, in the transaction in which it happens. */
export class Outbox {
  readonly #context: CoreContext
  readonly #attachments: Attachments
  readonly #listeners: Listeners
  readonly #pushes: PushNotices
  readonly #announcer: OutboxAnnouncer

  constructor(context: CoreContext, attachments: Attachments, listeners: Listeners, pushes: PushNotices) {
    this.#context = context
    this.#attachments = attachments
    this.#listeners = listeners
    this.#pushes = pushes
    this.#announcer = new OutboxAnnouncer(context)
  }

  /** Inside the transaction of the change. Does nothing where nobody listens. */
  record(transaction: Transaction, app: AppRef, event: OutboxInput): Promise<void> {
    return this.#nobodyListens(app.key) ? nothing : this.#record(transaction, app, event)
  }

  /** Whether a transaction for nothing but this event would be worth it. */
  async isWanted(app: AppRef, type: EventType): Promise<boolean> {
    const listeners =
      this.#listeners.known(app.key) ?? (await this.#listeners.load(this.#context.store.read, app.key))
    return (
      listeners.loggedUntil > this.#context.clock.now() ||
      listeners.receivers.some((receiver) => wants(receiver, type))
    )
  }

  #nobodyListens(appKey: number): boolean {
    const known = this.#listeners.known(appKey)
    return known !== undefined && known.receivers.length === 0 && known.loggedUntil <= known.loadedAt
  }

  async #record(transaction: Transaction, app: AppRef, event: OutboxInput): Promise<void> {
    const listeners = this.#listeners.known(app.key) ?? (await this.#listeners.load(transaction, app.key))
    const at = this.#context.clock.now()
    const logged = listeners.loggedUntil > at
    const receivers = listeners.receivers.filter((receiver) => wants(receiver, event.type))
    if (!logged && receivers.length === 0) return
    await this.#write(transaction, app, event, receivers, at)
    transaction.afterCommit(() => this.#announcer.written(app))
  }

  /** Notes stay inside. A new message also wakes the devices of those who are not connected. */
  message(
    transaction: Transaction,
    thread: ConversationRef,
    type: 'message.created' | 'message.updated' | 'message.deleted',
    message: Message,
  ): Promise<void> {
    if (message.internal) return nothing
    if (type === 'message.created' && this.#pushes.enabled) return this.#pushed(transaction, thread, message)
    return this.#message(transaction, thread, type, message)
  }

  async #pushed(transaction: Transaction, thread: ConversationRef, message: Message): Promise<void> {
    await this.#pushes.message(transaction, thread, message)
    await this.#message(transaction, thread, 'message.created', message)
  }

  #message(
    transaction: Transaction,
    thread: ConversationRef,
    type: EventType,
    message: Message,
  ): Promise<void> {
    // Asked here already: of most messages nobody hears, and they should not even cost an object.
    if (this.#nobodyListens(thread.appKey)) return nothing
    return this.record(transaction, appOf(thread), {
      type,
      conversationKey: thread.conversationKey,
      data: () => messageFact(message, this.#link),
    })
  }

  /** `message` as it is after the change. */
  reaction(
    transaction: Transaction,
    thread: ConversationRef,
    { message, by, emoji, added }: { message: Message; by: ActorRef; emoji: string; added: boolean },
  ): Promise<void> {
    if (message.internal) return nothing
    return this.record(transaction, appOf(thread), {
      type: added ? 'reaction.added' : 'reaction.removed',
      conversationKey: thread.conversationKey,
      data: () => reactionFact(message, by, emoji),
    })
  }

  /** `conversation` as it is after the change. */
  conversation(
    transaction: Transaction,
    app: AppRef,
    type: 'conversation.created' | 'conversation.assigned' | 'conversation.closed',
    conversation: Conversation,
  ): Promise<void> {
    return this.record(transaction, app, {
      type,
      conversationKey: conversation.key,
      data: async () => conversationFact(await toldConversation(transaction, conversation), this.#link),
    })
  }

  conversationDeleted(
    transaction: Transaction,
    app: AppRef,
    { key, id }: Pick<Conversation, 'key' | 'id'>,
  ): Promise<void> {
    const timestamp = new Date(this.#context.clock.now()).toISOString()
    return this.record(transaction, app, {
      type: 'conversation.deleted',
      conversationKey: key,
      data: () => ({ conversationId: id, timestamp }),
    })
  }

  contact(
    transaction: Transaction,
    app: AppRef,
    type: 'contact.created' | 'contact.updated',
    contact: Contact,
  ): Promise<void> {
    return this.record(transaction, app, {
      type,
      contactKey: contact.key,
      data: () => contactFact(contact),
    })
  }

  readonly #link = ({ id }: { id: string }) =>
    `${this.#context.publicUrl}${this.#attachments.link(id, linkLifeMs)}`

  async #write(
    transaction: Transaction,
    app: AppRef,
    { type, conversationKey, contactKey, data }: OutboxInput,
    receivers: AppListeners['receivers'],
    at: number,
  ): Promise<void> {
    const eventKey = await transaction.outboxEvents.insert({
      id: newId('evt'),
      appKey: app.key,
      type,
      conversationKey: conversationKey ?? null,
      data: await data(),
      at,
    })
    // Contacts and conversations are numbered apart, so the one side counts below zero.
    const lane = conversationKey ?? (contactKey === undefined ? null : -contactKey)
    const [wait = 0] = this.#context.outbox.scheduleMs
    const delivery = newDelivery(app, eventKey, lane, at, wait)
    await transaction.deliveries.insertMany(
      receivers.map(({ key, id }) => ({ ...delivery, id: newId('dlv'), target: id, webhookKey: key })),
    )
  }
}

const appOf = ({ appKey, appId }: ConversationRef): AppRef => ({ key: appKey, id: appId })

const newDelivery = (
  app: AppRef,
  eventKey: number,
  lane: number | null,
  createdAt: number,
  wait: number,
) => ({
  appKey: app.key,
  kind: 'webhook' as const,
  eventKey,
  lane,
  payload: null,
  attempts: 0,
  attemptsBefore: 0,
  // 0 is at once whatever the nodes' clocks say: then those of a lane keep the order of their keys.
  nextAttemptAt: wait === 0 ? 0 : createdAt + wait,
  state: 'pending' as const,
  lastError: null,
  lastStatus: null,
  createdAt,
  endedAt: null,
})
