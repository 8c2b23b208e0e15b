import type { KnownApps } from '../apps/known-apps.js'
import type { CoreContext } from '../context.js'
import { AppError, notFound, unauthorized } from '../errors.js'
import type { App, Contact } from '../model.js'
import { notedOrKnown } from '../noted-or-known.js'
import type { HostToken } from '../ports/host-tokens.js'
import type { Transaction } from '../ports.js'
import type { Member } from '../principal.js'
import { isClean } from '../text.js'
import { checkedExternalId } from './external-id.js'
import type { KnownMembers, Recognised } from './known-members.js'
import { nameInToken, type Profile } from './profiles.js'
import type { Synchronisation } from './synchronisation.js'

/** Who stands behind a token of the host, or behind the name that its server gives. */
export class Recognition {
  readonly #context: CoreContext
  readonly #apps: KnownApps
  readonly #known: KnownMembers
  readonly #synchronisation: Synchronisation

  constructor(context: CoreContext, apps: KnownApps, known: KnownMembers, synchronisation: Synchronisation) {
    this.#context = context
    this.#apps = apps
    this.#known = known
    this.#synchronisation = synchronisation
  }

  /** The app with this id, or the first one when none is named. Throws `not_found`. */
  async app(appId?: string): Promise<App> {
    const { apps } = this.#context.store.read
    if (appId !== undefined && !isClean(appId)) throw notFound('app')
    const found = appId === undefined ? (await apps.list())[0] : await apps.byId(appId)
    if (found === undefined) throw notFound('app')
    return this.#apps.current(found)
  }

  /** Makes the contact when the user is seen for the first time. Throws `unauthorized`, or `unavailable`. */
  async byToken(token: string): Promise<Recognised> {
    const now = this.#context.clock.now()
    const known = this.#known.find(token, now)
    if (known !== undefined) return known
    const { generation } = this.#known
    const claims = await this.#context.hostTokens.verify(token, now)
    const app = await this.app(claims.appId ?? undefined).catch(
      asUnauthorized('The app of this token is not here.'),
    )
    const profile = profileIn(claims)
    const contact = await this.#contact(app, profile, claims.issuedAt)
    const member: Member = { type: 'member', app, contact: this.#known.current(contact, profile.externalId) }
    const recognised = { member, expiresAt: claims.expiresAt }
    this.#known.remember(token, recognised, now, generation)
    return recognised
  }

  /** The contact of a user who is known. Throws `not_found`. */
  async user(app: App, userId: string): Promise<Contact> {
    const { contacts } = this.#context.store.read
    const contact = isClean(userId) ? await contacts.byExternalId(app.key, userId) : undefined
    if (contact === undefined) throw notFound('user')
    return contact
  }

  /** A user whom the host has made known before. */
  async byName(app: App, userId: string): Promise<Member> {
    const contact = await this.user(app, userId)
    return { type: 'member', app, contact: this.#known.current(contact, userId) }
  }

  /** Most tokens are of somebody who is known, and cost no transaction. */
  async #contact(app: App, profile: Profile, issuedAt: number | null): Promise<Contact> {
    const { read } = this.#context.store
    assertNotDeparted(await read.members.departedAt(app.key, profile.externalId), issuedAt)
    const contact = await read.contacts.byExternalId(app.key, profile.externalId)
    if (contact !== undefined && !isNamed(contact, profile)) return contact
    return notedOrKnown(this.#context, 'noting the name of a user', {
      note: () =>
        this.#context.store.transaction((transaction) => this.#settle(transaction, app, profile, issuedAt)),
      known: async () => contact,
    })
  }

  /** Several connections of one person may come at the same moment, and the host may delete them then. */
  async #settle(
    transaction: Transaction,
    app: App,
    profile: Profile,
    issuedAt: number | null,
  ): Promise<Contact> {
    const { externalId } = profile
    await transaction.contacts.lockExternalId(app.key, externalId)
    assertNotDeparted(await transaction.members.departedAt(app.key, externalId), issuedAt)
    const contact = await transaction.contacts.byExternalId(app.key, externalId)
    if (contact === undefined)
      return this.#synchronisation.add(transaction, app, profile, this.#context.clock.now())
    return isNamed(contact, profile)
      ? this.#synchronisation.change(transaction, app, contact, profile)
      : contact
  }
}

function profileIn({ userId, name }: HostToken): Profile {
  try {
    const shown = nameInToken(name)
    return { externalId: checkedExternalId(userId), fields: shown === null ? {} : { name: shown } }
  } catch (error) {
    return asUnauthorized('The claim "sub" of this token is no id of a user.')(error)
  }
}

/** What the host synchronised counts more than what a token says: it names only those who have no name. */
const isNamed = (contact: Contact, { fields }: Profile): boolean =>
  contact.name === null && fields.name !== undefined

function assertNotDeparted(departedAt: number | undefined, issuedAt: number | null): void {
  if (departedAt === undefined || (issuedAt !== null && issuedAt > departedAt)) return
  throw unauthorized('The user of this token was deleted. Get a new token from your application.')
}

/** A credential that means nothing here is refused as a credential. */
const asUnauthorized = (what: string) => (error: unknown) => {
  if (!(error instanceof AppError)) throw error
  throw unauthorized(`${what} ${error.message}`)
}
