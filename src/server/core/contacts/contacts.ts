import { record } from '../audit.js'
import type { CoreContext } from '../context.js'
import { type Announcements, isShownOtherwise } from '../conversations/announcements.js'
import { conflict, invalid, notFound } from '../errors.js'
import { endAccess } from '../members/access.js'
import { fieldsOfDeleted } from '../members/removal.js'
import { forgetFiles } from '../messages/files.js'
import type { App, Contact, Device, Json } from '../model.js'
import type { Outbox } from '../outbox/outbox.js'
import { assertMay } from '../permissions.js'
import type { Transaction } from '../ports.js'
import type { Principal, Staff } from '../principal.js'
import { cleanLine, cleanMetadata } from '../text.js'
import { forgetWhoIsWho } from './identities.js'

export interface ContactPatch {
  name?: string | null
  email?: string | null
  phone?: string | null
  avatar?: string | null
  locale?: string | null
  timezone?: string | null
  leadStage?: string | null
  attributes?: Json
}

const lines = ['name', 'email', 'phone', 'avatar', 'locale', 'timezone', 'leadStage'] as const

/** The people who write, as staff see and keep them. */
export class Contacts {
  readonly #context: CoreContext
  readonly #announcements: Announcements
  readonly #outbox: Outbox
  readonly #leaveEverything: (app: App, contactKey: number) => Promise<void>

  /**
   * `leaveEverything` takes one out of the conversations of members.
   */
  constructor(
    context: CoreContext,
    announcements: Announcements,
    outbox: Outbox,
    leaveEverything: (app: App, contactKey: number) => Promise<void>,
  ) {
    this.#context = context
    this.#announcements = announcements
    this.#outbox = outbox
    this.#leaveEverything = leaveEverything
  }

  /** Newest first; `text` matches part of name, e-mail, phone or external id. */
  async list(
    principal: Staff,
    page: { beforeKey?: number; limit: number; text?: string },
  ): Promise<Contact[]> {
    assertMay(principal, 'app.read')
    return this.#context.store.read.contacts.list(principal.app.key, page)
  }

  async get(principal: Staff, id: string): Promise<{ contact: Contact; devices: Device[] }> {
    assertMay(principal, 'app.read')
    const contact = await this.#find(principal, id)
    return { contact, devices: await this.#context.store.read.contacts.devices(contact.key) }
  }

  async update(principal: Staff, id: string, patch: ContactPatch): Promise<Contact> {
    assertMay(principal, 'conversation.serve')
    const contact = await this.#find(principal, id)
    const fields: Partial<Contact> = { updatedAt: this.#context.clock.now() }
    for (const name of lines) if (patch[name] !== undefined) fields[name] = cleanLine(patch[name])
    if (patch.attributes !== undefined)
      fields.attributes = cleanMetadata(patch.attributes, this.#context.limits.metadataBytes)
    return this.#context.store.transaction(async (transaction) => {
      transaction.afterCommit(() => forgetWhoIsWho(this.#context, principal.app))
      const updated = await transaction.contacts.update(contact.key, fields)
      if (updated === undefined) throw notFound('contact')
      await record(this.#context, transaction, principal, { action: 'contact.update', target: id })
      await this.#outbox.contact(transaction, principal.app, 'contact.updated', updated)
      if (isShownOtherwise(contact, updated))
        await this.#announcements.contact(transaction, principal.app, contact.key)
      return updated
    })
  }

  /** The contact `from` ends; its conversations, devices and messages belong to `id` afterwards. */
  async merge(principal: Staff, id: string, from: string): Promise<Contact> {
    assertMay(principal, 'app.manage')
    if (id === from) throw invalid('A contact cannot be merged with itself. Name two contacts.')
    const [kept, ended] = await Promise.all([this.#find(principal, id), this.#find(principal, from)])
    if (kept.externalId !== null && ended.externalId !== null)
      throw conflict(
        'Both contacts have an external id, so they are two people. Remove one of the ids first.',
      )
    const merged = await this.#context.store.transaction(async (transaction) => {
      await transaction.contacts.moveEverything(ended.key, kept.key)
      await transaction.contacts.remove(ended.key)
      await record(this.#context, transaction, principal, {
        action: 'contact.merge',
        target: id,
        details: { from },
      })
      const merged = await transaction.contacts.update(kept.key, {
        ...filled(kept, ended),
        updatedAt: this.#context.clock.now(),
      })
      await this.#announcements.contact(transaction, principal.app, kept.key)
      if (merged !== undefined)
        await this.#outbox.contact(transaction, principal.app, 'contact.updated', merged)
      return merged
    })
    forgetWhoIsWho(this.#context, principal.app)
    endAccess(this.#context, principal.app, ended.key)
    if (merged === undefined) throw notFound('contact')
    return merged
  }

  /**
   * With all support conversations, messages and files of theirs. What they wrote to other members stays with those,
   * beside the name of a deleted user.
   */
  async remove(principal: Staff, id: string): Promise<void> {
    assertMay(principal, 'app.manage')
    const contact = await this.#find(principal, id)
    await this.#leaveEverything(principal.app, contact.key)
    await this.#context.store.transaction(async (transaction) => {
      const removed = await transaction.attachments.removeOfContact(contact.key)
      forgetFiles(this.#context, transaction, removed)
      const conversations = await transaction.conversations.list(
        principal.app.key,
        { contactKey: contact.key },
        { limit: 100_000 },
      )
      for (const { key, id: conversationId } of conversations) {
        const entry = await transaction.queue.leave(key, {
          at: this.#context.clock.now(),
          claimedByKey: null,
        })
        if (entry !== undefined) await transaction.queue.nextChange(principal.app.key)
        await transaction.conversations.remove(key)
        await this.#outbox.conversationDeleted(transaction, principal.app, { key, id: conversationId })
      }
      await this.#erase(transaction, contact)
      await record(this.#context, transaction, principal, { action: 'contact.delete', target: id })
    })
    // Somebody may have taken them into a group meanwhile.
    await this.#leaveEverything(principal.app, contact.key)
    forgetWhoIsWho(this.#context, principal.app)
    endAccess(this.#context, principal.app, contact.key)
  }

  async #erase(transaction: Transaction, { key }: Contact): Promise<void> {
    if (!(await transaction.members.hasTalked(key))) return transaction.contacts.remove(key)
    const at = this.#context.clock.now()
    await transaction.contacts.update(key, { ...fieldsOfDeleted, updatedAt: at, deletedAt: at })
    await transaction.contacts.removeDevices(key)
  }

  /** Whether one of the contact's connections lives. */
  online(contact: Contact): boolean {
    return this.#context.presence.online({ type: 'contact', appKey: contact.appKey, key: contact.key })
  }

  async #find(principal: Principal, id: string): Promise<Contact> {
    const contact = await this.#context.store.read.contacts.byId(principal.app.key, id)
    if (contact === undefined) throw notFound('contact')
    return contact
  }
}

/** What the kept contact does not know, from the one that ends. */
function filled(kept: Contact, ended: Contact): Partial<Contact> {
  const { name, email, phone, avatar, locale, timezone, externalId } = kept
  return {
    externalId: externalId ?? ended.externalId,
    name: name ?? ended.name,
    email: email ?? ended.email,
    phone: phone ?? ended.phone,
    avatar: avatar ?? ended.avatar,
    locale: locale ?? ended.locale,
    timezone: timezone ?? ended.timezone,
    attributes: { ...ended.attributes, ...kept.attributes },
  }
}
