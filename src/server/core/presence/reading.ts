import type { CoreContext } from '../context.js'
import type { Threads } from '../conversations/threads.js'
import { invalid } from '../errors.js'
import type { ConversationRef } from '../events.js'
import type { Agent, Contact } from '../model.js'
import type { Member } from '../principal.js'
import { isClean } from '../text.js'
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

  /** Nothing can be found out by asking: whoever is not known looks like somebody who was never here. */
  async of(member: Member, userIds: readonly string[]): Promise<UserPresence[]> {
    if (userIds.length > mostAtOnce)
      throw invalid(`Ask for at most ${mostAtOnce} users at once. Ask for the others in another call.`)
    const asked = [...new Set(userIds)].filter(isClean)
    const found = await this.#context.store.read.members.byExternalIds(member.app.key, asked)
    const contacts = new Map(found.map((contact) => [contact.externalId, contact]))
    return userIds.map((userId) => this.#presence(userId, contacts.get(userId)))
  }

  /** Of those who are in a conversation of the member; of a support one the customer and the agent who serves. */
  async in(member: Member, conversationId: string): Promise<UserPresence[]> {
    const thread = await this.#threads.find(member, conversationId, 'app.read')
    if (thread.kind === 'support') return this.#inSupport(thread)
    const { read } = this.#context.store
    const people = await read.members.active([thread.conversationKey])
    const found = await read.contacts.byKeys(people.map(({ memberKey }) => memberKey))
    const contacts = new Map(found.map((contact) => [contact.key, contact]))
    return people.map(({ userId, memberKey }) => this.#presence(userId, contacts.get(memberKey)))
  }

  async #inSupport({ appKey, contactKey, conversationKey }: ConversationRef): Promise<UserPresence[]> {
    const { read } = this.#context.store
    const contact = contactKey === null ? undefined : await read.contacts.byKey(contactKey)
    const { assigneeKey = null } = (await read.conversations.byKey(conversationKey)) ?? {}
    const agent = assigneeKey === null ? undefined : await read.agents.byKey(assigneeKey)
    return [
      ...(contact === undefined ? [] : [this.#presence(contact.externalId ?? contact.id, contact)]),
      ...(agent === undefined ? [] : [this.#agent(appKey, agent)]),
    ]
  }

  #agent(appKey: number, { key, id }: Agent): UserPresence {
    const online = this.#context.presence.online({ type: 'agent', appKey, key })
    return { userId: id, online, lastSeenAt: null }
  }

  #presence(userId: string, contact: Contact | undefined): UserPresence {
    if (contact === undefined) return { userId, online: false, lastSeenAt: null }
    const { appKey, key, lastSeenAt } = contact
    const online = this.#context.presence.online({ type: 'contact', appKey, key })
    return { userId, online, lastSeenAt: this.#lastSeen.of(key) ?? lastSeenAt }
  }
}
