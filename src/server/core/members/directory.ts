import { createHash, timingSafeEqual } from 'node:crypto'
import type { KnownApps } from '../apps/known-apps.js'
import type { CoreContext } from '../context.js'
import type { App, Contact } from '../model.js'
import type { Member, ServerPrincipal } from '../principal.js'
import { KnownMembers, type Recognised } from './known-members.js'
import type { HostUser } from './profiles.js'
import { Recognition } from './recognition.js'
import { Removal, type RemovalParts } from './removal.js'
import { Synchronisation, type SyncResult } from './synchronisation.js'

/** The users of the host application: who they are, and what the host says of them. */
export class Directory {
  readonly #context: CoreContext
  readonly #known = new KnownMembers()
  readonly #synchronisation: Synchronisation
  readonly #recognition: Recognition
  readonly #removal: Removal

  constructor(context: CoreContext, apps: KnownApps, parts: RemovalParts) {
    this.#context = context
    this.#synchronisation = new Synchronisation(context, parts.announcements, parts.outbox, this.#known)
    this.#recognition = new Recognition(context, apps, this.#known, this.#synchronisation)
    this.#removal = new Removal(context, parts)
    // Another node may have deleted the user.
    context.bus.subscribe((event) => {
      if (event.type === 'access.changed' && event.contactKey !== undefined)
        this.#known.forget(event.contactKey)
    })
  }

  /**
   * Whose token this is: who is seen for the first time becomes a contact. Throws `unauthorized` with what is wrong
   * with it, and `unavailable` while the keys of the host cannot be fetched.
   */
  memberByToken(token: string): Promise<Recognised> {
    return this.#recognition.byToken(token)
  }

  /** The user for whom a server acts; `not_found` when the host has not made them known. */
  actingFor(server: ServerPrincipal, userId: string): Promise<Member> {
    return this.#recognition.byName(server.app, userId)
  }

  /** The app with this id, or the first one when none is named. Throws `not_found`. */
  appOf(appId?: string): Promise<App> {
    return this.#recognition.app(appId)
  }

  /** Whether this is the secret of the internal API; null when none is set, so that there is no such API. */
  internal(secret: string | undefined): boolean | null {
    const expected = this.#context.internalApiSecret
    if (expected === null) return null
    return secret !== undefined && timingSafeEqual(digest(secret), digest(expected))
  }

  /** Adds or changes a user. What is left out stays as it was. Tokens from before a deletion are good again. */
  sync(app: App, user: HostUser): Promise<Contact> {
    return this.#synchronisation.one(app, user)
  }

  /** Up to 1,000 users; gives what became of each, in their order. */
  syncMany(app: App, users: readonly HostUser[]): Promise<SyncResult[]> {
    return this.#synchronisation.many(app, users)
  }

  /** The contact of a user whom the host has made known; `not_found` otherwise. */
  user(app: App, externalUserId: string): Promise<Contact> {
    return this.#recognition.user(app, externalUserId)
  }

  /** Their tokens and sockets end, they leave every conversation, and only their messages stay. */
  remove(app: App, externalUserId: string): Promise<void> {
    return this.#removal.remove(app, externalUserId)
  }

  /** After contacts were merged, changed or deleted. */
  forgetAll(): void {
    this.#known.forgetAll()
  }
}

const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest()
