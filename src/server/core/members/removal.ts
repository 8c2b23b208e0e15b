import { record } from '../audit.js'
import { forgetWhoIsWho } from '../contacts/identities.js'
import type { CoreContext } from '../context.js'
import type { Announcements } from '../conversations/announcements.js'
import { AppError } from '../errors.js'
import type { Lifecycle } from '../lifecycle/lifecycle.js'
import type { App, Contact } from '../model.js'
import type { Outbox } from '../outbox/outbox.js'
import type { Operator } from '../principal.js'
import { endAccess } from './access.js'
import { checkedExternalId } from './external-id.js'

/** What stays of a user whom the host deleted: the name beside their messages. */
const deletedUserName = 'Deleted user'

/** What a contact that only its messages need holds. */
export const fieldsOfDeleted = {
  externalId: null,
  name: deletedUserName,
  email: null,
  phone: null,
  avatar: null,
  locale: null,
  timezone: null,
  attributes: {},
  botSuspendedUntil: null,
  leadStage: null,
  lastSeenAt: null,
} satisfies Partial<Contact>

export interface RemovalParts {
  announcements: Announcements
  outbox: Outbox
  lifecycle: Pick<Lifecycle, 'close'>
  /** Takes a contact out of every direct and group conversation. */
  leaveEverything(app: App, contactKey: number): Promise<void>
}

/** Deletes users whom the host deleted. */
export class Removal {
  readonly #context: CoreContext
  readonly #parts: RemovalParts

  constructor(context: CoreContext, parts: RemovalParts) {
    this.#context = context
    this.#parts = parts
  }

  /**
   * From the first commit on their tokens let nobody in and their sockets end. What follows can be done again after a
   * crash, because the contact keeps the external id until the last commit. Who is not here departs all the same:
   * there may be tokens.
   */
  async remove(app: App, externalUserId: string): Promise<void> {
    const externalId = checkedExternalId(externalUserId)
    const contact = await this.#depart(app, externalId)
    if (contact === undefined) return
    await this.#withdraw(app, contact.key)
    await this.#erase(app, contact)
    // Somebody may have added them to a group meanwhile; now nobody finds them any more.
    await this.#withdraw(app, contact.key)
  }

  async #withdraw(app: App, contactKey: number): Promise<void> {
    await this.#parts.leaveEverything(app, contactKey)
    await this.#close(app, contactKey)
  }

  #depart(app: App, externalId: string): Promise<Contact | undefined> {
    return this.#context.store.transaction(async (transaction) => {
      await transaction.contacts.lockExternalId(app.key, externalId)
      await transaction.members.depart(app.key, externalId, this.#context.clock.now())
      const contact = await transaction.contacts.byExternalId(app.key, externalId)
      if (contact !== undefined)
        transaction.afterCommit(() => {
          forgetWhoIsWho(this.#context, app)
          endAccess(this.#context, app, contact.key)
        })
      return contact
    })
  }

  /** Nobody waits for an answer any more. */
  async #close(app: App, contactKey: number): Promise<void> {
    const { conversations } = this.#context.store.read
    for (const status of ['open', 'snoozed'] as const) {
      const found = await conversations.list(app.key, { contactKey, status }, { limit: 1_000 })
      for (const { id } of found)
        await this.#parts.lifecycle.close(host(app), id, 'The user was deleted').catch(ignoreConflict)
    }
  }

  async #erase(app: App, { key, id }: Contact): Promise<void> {
    await this.#context.store.transaction(async (transaction) => {
      const at = this.#context.clock.now()
      const fields = { ...fieldsOfDeleted, updatedAt: at, deletedAt: at }
      const erased = await transaction.contacts.update(key, fields)
      if (erased !== undefined) await this.#parts.outbox.contact(transaction, app, 'contact.updated', erased)
      await transaction.contacts.removeDevices(key)
      await record(this.#context, transaction, host(app), { action: 'user.delete', target: id })
      await this.#parts.announcements.contact(transaction, app, key)
      transaction.afterCommit(() => forgetWhoIsWho(this.#context, app))
    })
  }
}

/** Whoever has the secret of the internal API was given it by who runs the machine. */
const host = (app: App): Operator => ({ type: 'operator', app })

/** Somebody closed it at the same moment. */
function ignoreConflict(error: unknown): void {
  if (!(error instanceof AppError) || error.code !== 'conflict') throw error
}
