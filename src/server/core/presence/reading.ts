import type { CoreContext } from '../context.js'
import { invalid } from '../errors.js'
import type { Contact } from '../model.js'
import type { ParticipantView } from '../ports/members.js'
import type { Member } from '../principal.js'
import type { Threads } from '../threads.js'
import type { LastSeen } from './last-seen.js'

/** Whether somebody is here, in the words of the host: `userId` is the external id, of an agent the id. */
export interface UserPresence {
  userId: string
  online: boolean
  /** Null: never, or not known. */
  lastSeenAt: number | null
}

const mostAtOnce = 1_000

/** Answers members who ask whether others are here. */
export class PresenceReading {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #lastSeen: LastSeen

  constructor(context: CoreContext, threads: Threads, lastSeen: LastSeen) {
    this.#context = context
    this.#threads = threads
    this.#lastSeen = lastSeen
  }

  /** Whoever is not known is offline and was never seen, so that nothing can be found out by asking. */
  async of(member: Member, userIds: readonly string[]): Promise<UserPresence[]> {
    if (userIds.length > mostAtOnce)
      throw invalid(`Ask for at most ${mostAtOnce} users at once. Ask for the others in another call.`)
    const found = await this.#context.store.read.members.byExternalIds(member.app.key, [...new Set(userIds)])
    const contacts = new Map(found.map((contact) => [contact.externalId, contact]))
    return userIds.map((userId) => {
      const contact = contacts.get(userId)
      return contact === undefined ? absent(userId) : this.#presence(userId, contact)
    })
  }

  /** Of those who are in a conversation of the member. */
  async in(member: Member, conversationId: string): Promise<UserPresence[]> {
    const { conversationKey } = await this.#threads.find(member, conversationId, 'app.read')
    const { read } = this.#context.store
    const people = (await read.members.active([conversationKey])).filter(({ type }) => type !== 'bot')
    const keys = people.filter(({ type }) => type === 'contact').map(({ memberKey }) => memberKey)
    const contacts = new Map((await read.contacts.byKeys(keys)).map((contact) => [contact.key, contact]))
    return people.map((person) => this.#participant(member.app.key, person, contacts.get(person.memberKey)))
  }

  #participant(
    appKey: number,
    { type, userId, memberKey }: ParticipantView,
    contact: Contact | undefined,
  ): UserPresence {
    if (type === 'contact') return contact === undefined ? absent(userId) : this.#presence(userId, contact)
    const online = this.#context.presence.online({ type: 'agent', appKey, key: memberKey })
    return { userId, online, lastSeenAt: null }
  }

  #presence(userId: string, { appKey, key, lastSeenAt }: Contact): UserPresence {
    const online = this.#context.presence.online({ type: 'contact', appKey, key })
    return { userId, online, lastSeenAt: this.#lastSeen.of(key) ?? lastSeenAt }
  }
}

const absent = (userId: string): UserPresence => ({ userId, online: false, lastSeenAt: null })
