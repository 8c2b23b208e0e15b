import type { CoreContext } from '../context.js'
import { OneByOne } from '../one-by-one.js'
import { presenceFact } from '../outbox/facts.js'
import type { Outbox } from '../outbox/outbox.js'
import type { PresenceSubject, Transaction } from '../ports.js'
import type { MissedPushes } from '../push/missed.js'
import { assignedKeys, joinedKeys } from './audience.js'

/** Who came or went: what an event says of them. */
export interface Person {
  subject: PresenceSubject
  appId: string
  id: string
  /** Of a contact: what the host application calls them. */
  externalId: string | null
  name: string | null
}

/** Tells everybody who came and who went, and writes down when a contact was last here. */
export class PresenceTelling {
  readonly #context: CoreContext
  readonly #outbox: Outbox
  readonly #missed: MissedPushes
  readonly #inOrder = new OneByOne()

  constructor(context: CoreContext, outbox: Outbox, missed: MissedPushes) {
    this.#context = context
    this.#outbox = outbox
    this.#missed = missed
  }

  /** `at` is when it was so, which may be a moment ago. Of one person in the order of the calls. */
  tell(person: Person, online: boolean, at: number): Promise<void> {
    const { type, key } = person.subject
    return this.#inOrder.run(`${type} ${key}`, () => this.#tell(person, online, at))
  }

  /** What there is to say of a subject that is known by its key alone. */
  async person(subject: PresenceSubject): Promise<Person | undefined> {
    const { read } = this.#context.store
    const { type, appKey, key } = subject
    const app = await read.apps.byKey(appKey)
    const contact = type === 'contact' ? await read.contacts.byKey(key) : undefined
    const found = contact ?? (type === 'agent' ? await read.agents.byKey(key) : undefined)
    if (app === undefined || found === undefined) return undefined
    const { id, name } = found
    return { subject, appId: app.id, id, externalId: contact?.externalId ?? null, name }
  }

  async #tell(person: Person, online: boolean, at: number): Promise<void> {
    const { subject, externalId } = person
    if (subject.type === 'agent')
      this.#publish(person, online, at, await assignedKeys(this.#context, subject.appKey, subject.key))
    else if (externalId === null) await this.#tellOfVisitor(person, online, at)
    else await this.#tellOfMember(person, online, at)
    if (!online && subject.type === 'contact') await this.#missed.of(appOf(person), subject.key)
  }

  /** Only staff see visitors: nothing needs to be read first. */
  async #tellOfVisitor(person: Person, online: boolean, at: number): Promise<void> {
    this.#publish(person, online, at, [])
    if (!online) await this.#remember(person, at)
  }

  /** Whoever hears that a member has gone may ask at once when they were last here. */
  async #tellOfMember(person: Person, online: boolean, at: number): Promise<void> {
    const conversationKeys = await joinedKeys(this.#context, person.subject.key)
    if (!online) await this.#remember(person, at)
    this.#publish(person, online, at, conversationKeys)
    if (online && (await this.#outbox.isWanted(appOf(person), 'user.online')))
      await this.#context.store.transaction((transaction) => this.#record(transaction, person, true, at))
  }

  #publish(person: Person, online: boolean, at: number, conversationKeys: number[]): void {
    const { subject, ...shown } = person
    const { type, appKey, key } = subject
    this.#context.bus.publish({
      type: 'presence.changed',
      ...shown,
      appKey,
      key,
      subject: type,
      online,
      conversationKeys,
      at,
    })
  }

  /** What is told does not wait for a database that is busy. */
  async #remember(person: Person, at: number): Promise<void> {
    const { subject } = person
    await this.#context.store
      .transaction(async (transaction) => {
        const contact = await transaction.contacts.update(subject.key, { lastSeenAt: at })
        // Of a deleted user nothing is kept, although their connections end only now.
        if (contact?.deletedAt != null) await transaction.contacts.update(subject.key, { lastSeenAt: null })
        await this.#record(transaction, person, false, at)
      })
      .catch((error) => this.#context.report(error, 'writing down when a contact was last seen'))
  }

  /** The host hears of those whom it knows. */
  async #record(transaction: Transaction, person: Person, online: boolean, at: number): Promise<void> {
    const { id, externalId, subject } = person
    if (externalId === null) return
    await this.#outbox.record(transaction, appOf(person), {
      type: online ? 'user.online' : 'user.offline',
      contactKey: subject.key,
      data: () => presenceFact({ id, externalId, online, at }),
    })
  }
}

const appOf = ({ subject, appId }: Person) => ({ key: subject.appKey, id: appId })
