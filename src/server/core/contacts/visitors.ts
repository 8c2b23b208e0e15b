import { createHmac, timingSafeEqual } from 'node:crypto'
import { settingsOf } from '../apps/settings.js'
import type { CoreContext } from '../context.js'
import { type Announcements, isShownOtherwise } from '../conversations/announcements.js'
import { unauthorized } from '../errors.js'
import type { App, Contact, Device } from '../model.js'
import { notedOrKnown } from '../noted-or-known.js'
import { OneByOne } from '../one-by-one.js'
import type { Outbox } from '../outbox/outbox.js'
import type { Transaction } from '../ports.js'
import type { Visitor } from '../principal.js'
import { checkedToken } from '../push/addresses.js'
import { cleanLine } from '../text.js'
import { forgetWhoIsWho } from './identities.js'
import { newContact } from './new-contact.js'

/** What a visitor's software says about the person. `hash` proves the id. */
export interface VisitorIdentity {
  id?: string
  name?: string
  email?: string
  phone?: string
  hash?: string
}

export type DeviceFacts = Partial<
  Pick<Device, 'platform' | 'osVersion' | 'appVersion' | 'model' | 'locale' | 'timezone' | 'sdkVersion'>
>

// A device's contact is asked for with every request; what is remembered is only who it is.
const rememberedDevices = 50_000

/** Recognises visitors: a device belongs to one contact, an identified user may have many devices. */
export class Visitors {
  readonly #context: CoreContext
  readonly #announcements: Announcements
  readonly #outbox: Outbox
  readonly #known = new Map<string, Visitor['contact']>()
  /** The first requests of a device often come together and must find one contact. */
  readonly #settling = new OneByOne()

  constructor(context: CoreContext, announcements: Announcements, outbox: Outbox) {
    this.#context = context
    this.#announcements = announcements
    this.#outbox = outbox
  }

  /** Who writes from this device; makes the contact when the device is new. Who is known may read on a full disk. */
  async recognise(
    app: App,
    deviceId: string,
    identity?: VisitorIdentity,
    facts: DeviceFacts = {},
  ): Promise<Visitor> {
    if (identity?.id !== undefined) verify(app, identity.id, identity.hash)
    const name = `${app.key} ${deviceId}`
    const known = this.#known.get(name)
    if (known !== undefined && identity === undefined && Object.keys(facts).length === 0)
      return { type: 'visitor', app, contact: known, deviceId }
    const { store } = this.#context
    const contact = await this.#settling.run(name, () =>
      notedOrKnown(this.#context, 'noting that a visitor came', {
        note: () =>
          store.transaction((transaction) => this.#settle(transaction, app, deviceId, identity, facts)),
        known: () => this.#stored(app, deviceId, identity),
      }),
    )
    const { key, id, externalId, name: shown } = contact
    const remembered = { key, id, externalId, name: shown }
    if (this.#known.size >= rememberedDevices) this.#known.clear()
    this.#known.set(name, remembered)
    return { type: 'visitor', app, contact: remembered, deviceId }
  }

  /** After contacts were merged, changed or deleted. */
  forgetAll(): void {
    this.#known.clear()
  }

  /** Null: no push any more. Throws invalid_request for what no device can be reached by. */
  async setPushToken(visitor: Visitor, given: string | null, platform: string): Promise<Device> {
    const token = given === null ? null : checkedToken(this.#context.pushSender, platform, given)
    return this.#context.store.transaction(async (transaction) => {
      const device = await transaction.contacts.device(visitor.app.key, visitor.deviceId)
      if (device === undefined)
        throw unauthorized('This device is not known yet. Start a conversation first.')
      await transaction.contacts.setPushToken(device.key, token, platform)
      return { ...device, pushToken: token, platform }
    })
  }

  /** Whose device it is; undefined when somebody else says so, because that would have to be written. */
  async #stored(
    app: App,
    deviceId: string,
    identity: VisitorIdentity | undefined,
  ): Promise<Contact | undefined> {
    const { contacts } = this.#context.store.read
    const device = await contacts.device(app.key, deviceId)
    const contact = device && (await contacts.byKey(device.contactKey))
    return identity?.id === undefined || contact?.externalId === identity.id ? contact : undefined
  }

  async #settle(
    transaction: Transaction,
    app: App,
    deviceId: string,
    identity: VisitorIdentity | undefined,
    facts: DeviceFacts,
  ): Promise<Contact> {
    const current = await ownerOf(transaction, app, deviceId, identity)
    const { contact, created } = await this.#contact(transaction, app, current, identity)
    await transaction.contacts.saveDevice(deviceRow(app, deviceId, contact, facts, this.#context.clock.now()))
    const filled = await this.#fill(transaction, contact, identity, facts)
    if (current !== undefined && (current.key !== filled.key || isShownOtherwise(current, filled)))
      await this.#announcements.contact(transaction, app, filled.key)
    if (created) await this.#outbox.contact(transaction, app, 'contact.created', filled)
    else if (isShownOtherwise(current?.key === filled.key ? current : contact, filled))
      await this.#outbox.contact(transaction, app, 'contact.updated', filled)
    return filled
  }

  async #contact(
    transaction: Transaction,
    app: App,
    current: Contact | undefined,
    identity: VisitorIdentity | undefined,
  ): Promise<{ contact: Contact; created: boolean }> {
    const externalId = identity?.id
    if (current !== undefined && isThePerson(current, identity)) return { contact: current, created: false }
    if (externalId === undefined)
      return { contact: await this.#create(transaction, app, null), created: true }
    // Several devices of one person may sign in at the same moment.
    await transaction.contacts.lockExternalId(app.key, externalId)
    const identified = await transaction.contacts.byExternalId(app.key, externalId)
    const anonymous = current?.externalId === null ? current : undefined
    if (identified === undefined && anonymous !== undefined) {
      const named = await transaction.contacts.update(anonymous.key, { externalId })
      return { contact: named ?? anonymous, created: false }
    }
    const contact = identified ?? (await this.#create(transaction, app, externalId))
    // What was written before signing in goes along with the person.
    if (anonymous !== undefined) await this.#absorb(transaction, app, anonymous, contact)
    return { contact, created: identified === undefined }
  }

  async #absorb(transaction: Transaction, app: App, anonymous: Contact, contact: Contact): Promise<void> {
    await transaction.contacts.moveEverything(anonymous.key, contact.key)
    await transaction.contacts.remove(anonymous.key)
    transaction.afterCommit(() => forgetWhoIsWho(this.#context, app))
  }

  #create(transaction: Transaction, app: App, externalId: string | null): Promise<Contact> {
    const at = this.#context.clock.now()
    return transaction.contacts.insert(newContact(app.key, at, { externalId }))
  }

  async #fill(
    transaction: Transaction,
    contact: Contact,
    identity: VisitorIdentity | undefined,
    facts: DeviceFacts,
  ): Promise<Contact> {
    const patch: Partial<Contact> = { lastSeenAt: this.#context.clock.now() }
    const given = { name: identity?.name, email: identity?.email, phone: identity?.phone }
    for (const [field, value] of Object.entries({
      ...given,
      locale: facts.locale,
      timezone: facts.timezone,
    })) {
      const cleaned = cleanLine(value)
      if (cleaned !== null) Object.assign(patch, { [field]: cleaned })
    }
    return (await transaction.contacts.update(contact.key, patch)) ?? contact
  }
}

/** Whose device it is. Stays so until the end of the transaction where it has to become somebody's, or somebody else's. */
async function ownerOf(
  { contacts }: Transaction,
  app: App,
  deviceId: string,
  identity: VisitorIdentity | undefined,
): Promise<Contact | undefined> {
  const find = async () => {
    const device = await contacts.device(app.key, deviceId)
    return device && (await contacts.byKey(device.contactKey))
  }
  const found = await find()
  if (found !== undefined && isThePerson(found, identity)) return found
  // The first requests of a device, or those that sign it in, may reach two nodes at once.
  await contacts.lockDevice(app.key, deviceId)
  return find()
}

const isThePerson = (contact: Contact, identity: VisitorIdentity | undefined): boolean =>
  identity?.id === undefined || contact.externalId === identity.id

function deviceRow(
  app: App,
  deviceId: string,
  contact: Contact,
  facts: DeviceFacts,
  at: number,
): Omit<Device, 'key'> {
  return {
    appKey: app.key,
    deviceId,
    contactKey: contact.key,
    platform: cleanLine(facts.platform),
    osVersion: cleanLine(facts.osVersion),
    appVersion: cleanLine(facts.appVersion),
    model: cleanLine(facts.model),
    locale: cleanLine(facts.locale),
    timezone: cleanLine(facts.timezone),
    sdkVersion: cleanLine(facts.sdkVersion),
    pushToken: null,
    lastSeenAt: at,
    createdAt: at,
  }
}

/** The hash must be right when it is given, and must be given when the app asks for it. */
function verify(app: App, userId: string, hash: string | undefined): void {
  if (hash === undefined) {
    if (!settingsOf(app).requireIdentity) return
    throw unauthorized('This app asks for proof of identity. Send user.hash, made by your server.')
  }
  const expected = createHmac('sha256', app.identitySecret).update(userId).digest()
  const given = Buffer.from(hash, 'hex')
  if (given.length === expected.length && timingSafeEqual(given, expected)) return
  throw unauthorized('user.hash does not belong to user.id. Make it with the identity secret of this app.')
}
