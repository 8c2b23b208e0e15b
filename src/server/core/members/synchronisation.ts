import { newContact } from '../contacts/new-contact.js'
import type { CoreContext } from '../context.js'
import { type Announcements, isShownOtherwise } from '../conversations/announcements.js'
import { AppError, invalid } from '../errors.js'
import type { App, Contact } from '../model.js'
import type { Outbox } from '../outbox/outbox.js'
import type { Transaction } from '../ports.js'
import type { KnownMembers } from './known-members.js'
import { changedFields, type HostUser, type Profile, profileOf } from './profiles.js'

/** What became of one row of a batch. */
export type SyncResult =
  | { externalUserId: string; ok: true; contact: Contact }
  | { externalUserId: string; ok: false; error: AppError }

const syncBatchLimit = 1_000

/** A transaction holds up everybody else who writes: at 100 rows for some milliseconds. */
const rowsOfTransaction = 100

/** Brings the contacts in line with the users of the host. */
export class Synchronisation {
  readonly #context: CoreContext
  readonly #announcements: Announcements
  readonly #outbox: Outbox
  readonly #known: KnownMembers

  constructor(context: CoreContext, announcements: Announcements, outbox: Outbox, known: KnownMembers) {
    this.#context = context
    this.#announcements = announcements
    this.#outbox = outbox
    this.#known = known
  }

  async one(app: App, user: HostUser): Promise<Contact> {
    const profile = this.#profile(user)
    return contactOf(await this.#store(app, [profile]), profile)
  }

  /** At most 1,000; a row that is refused spoils no other. */
  async many(app: App, users: readonly HostUser[]): Promise<SyncResult[]> {
    if (users.length > syncBatchLimit)
      throw invalid(`A batch holds at most ${syncBatchLimit} users. Send the rest in another one.`)
    const rows = users.map((user) => ({ externalUserId: idOf(user), profile: this.#checked(user) }))
    const good = rows.flatMap(({ profile }) => (profile instanceof AppError ? [] : [profile]))
    const stored = new Map<Profile, Contact>()
    for (let start = 0; start < good.length; start += rowsOfTransaction)
      for (const entry of await this.#store(app, good.slice(start, start + rowsOfTransaction)))
        stored.set(...entry)
    return rows.map(({ externalUserId, profile }) =>
      profile instanceof AppError
        ? { externalUserId, ok: false, error: profile }
        : { externalUserId, ok: true, contact: contactOf(stored, profile) },
    )
  }

  #profile(user: HostUser): Profile {
    return profileOf(user, this.#context.limits.metadataBytes)
  }

  #checked(user: HostUser): Profile | AppError {
    try {
      return this.#profile(user)
    } catch (error) {
      if (error instanceof AppError) return error
      throw error
    }
  }

  #store(app: App, profiles: readonly Profile[]): Promise<Map<Profile, Contact>> {
    const ids = [...new Set(profiles.map(({ externalId }) => externalId))].sort()
    return this.#context.store.transaction(async (transaction) => {
      // In one order everywhere, so that no two batches wait for each other.
      for (const id of ids) await transaction.contacts.lockExternalId(app.key, id)
      const found = await transaction.members.byExternalIds(app.key, ids)
      const contacts = new Map(found.map((contact) => [contact.externalId, contact]))
      await transaction.members.arrive(app.key, ids)
      const stored = new Map<Profile, Contact>()
      for (const profile of profiles) {
        const contact = await this.#put(transaction, app, profile, contacts.get(profile.externalId))
        contacts.set(profile.externalId, contact)
        stored.set(profile, contact)
      }
      return stored
    })
  }

  #put(transaction: Transaction, app: App, profile: Profile, contact: Contact | undefined): Promise<Contact> {
    if (contact === undefined) return this.add(transaction, app, profile, null)
    return this.change(transaction, app, contact, profile)
  }

  /** Inside a transaction: a user who is new. `lastSeenAt` null: never here. */
  async add(
    transaction: Transaction,
    app: App,
    profile: Profile,
    lastSeenAt: number | null,
  ): Promise<Contact> {
    const { externalId, fields } = profile
    const member = newContact(app.key, this.#context.clock.now(), { externalId, lastSeenAt, ...fields })
    const added = await transaction.contacts.insert(member)
    await this.#outbox.contact(transaction, app, 'contact.created', added)
    return added
  }

  /** Inside a transaction: writes and tells what is different, and nothing where nothing is. */
  async change(transaction: Transaction, app: App, contact: Contact, profile: Profile): Promise<Contact> {
    const fields = changedFields(contact, profile.fields)
    if (Object.keys(fields).length === 0) return contact
    const patch = { ...fields, updatedAt: this.#context.clock.now() }
    const changed = (await transaction.contacts.update(contact.key, patch)) ?? contact
    if (isShownOtherwise(contact, changed)) await this.#announcements.contact(transaction, app, contact.key)
    await this.#outbox.contact(transaction, app, 'contact.updated', changed)
    transaction.afterCommit(() => this.#known.renamed(changed))
    return changed
  }
}

/** Of a row as it came, to tell it from the others. */
const idOf = (user: HostUser | null): string =>
  typeof user?.externalUserId === 'string' ? user.externalUserId : ''

function contactOf(stored: ReadonlyMap<Profile, Contact>, profile: Profile): Contact {
  const contact = stored.get(profile)
  if (contact === undefined) throw new Error('a user was synchronised and is not there')
  return contact
}
