import type { CoreContext } from '../context.js'
import { revise } from '../conversations/announcements.js'
import { locked } from '../conversations/locks.js'
import type { Threads } from '../conversations/threads.js'
import { conflict, invalid, notFound } from '../errors.js'
import type { ConversationRef } from '../events.js'
import type { App, Conversation, Participant, ParticipantRole } from '../model.js'
import type { ParticipantView } from '../ports/members.js'
import type { Transaction } from '../ports.js'
import type { Member } from '../principal.js'
import { assertRoomFor } from './beginnings.js'
import type { Deletions } from './deletions.js'
import type { MemberChange, MemberNews } from './news.js'
import { participating } from './participation.js'
import { usersById } from './people.js'
import { assertMayAdd, assertMayRemove, assertMaySetRole, heirOf } from './roles.js'

const everyConversation = 100_000

/** A group as it is inside the transaction that holds it. */
interface HeldGroup {
  thread: ConversationRef
  conversation: Conversation
  own: Participant
  everybody: ParticipantView[]
}

/** Who takes part in groups: brought in, given a role, taken out, gone by themselves. */
export class MemberParticipants {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #news: MemberNews
  readonly #deletions: Deletions

  constructor(context: CoreContext, threads: Threads, news: MemberNews, deletions: Deletions) {
    this.#context = context
    this.#threads = threads
    this.#news = news
    this.#deletions = deletions
  }

  async add(member: Member, conversationId: string, userIds: string[], role: ParticipantRole): Promise<void> {
    if (userIds.length === 0) throw invalid('Nobody is named. Name the users to add.')
    await this.#inGroup(member, conversationId, async (transaction, group) => {
      assertMayAdd(group.own, role)
      const invited = await usersById(transaction, member.app, userIds)
      const here = new Set(group.everybody.map(({ memberKey }) => memberKey))
      const added = invited.filter((contact) => !here.has(contact.key)).map((contact) => contact.key)
      assertRoomFor(here.size + added.length)
      const { key, lastSequence } = group.conversation
      const joining = { role, at: this.#context.clock.now(), readThrough: lastSequence }
      await transaction.members.join(key, added, joining)
      const now = await transaction.members.active([key])
      const newcomers = now.filter(({ memberKey }) => !here.has(memberKey))
      await this.#tell(transaction, group, newcomers.map(change('participant.added')))
    })
  }

  async setRole(
    member: Member,
    conversationId: string,
    userId: string,
    role: ParticipantRole,
  ): Promise<void> {
    await this.#inGroup(member, conversationId, async (transaction, group) => {
      const target = personIn(group, userId)
      assertMaySetRole(group.own, target, role, group.everybody)
      if (target.role === role) return
      await transaction.members.setRole(group.conversation.key, target.memberKey, role)
      await this.#tell(transaction, group, [change('participant.changed')({ ...target, role })])
    })
  }

  /** Oneself: leaves, which is always allowed. */
  async remove(member: Member, conversationId: string, userId: string): Promise<void> {
    await this.#inGroup(member, conversationId, async (transaction, group) => {
      const target = personIn(group, userId)
      if (target.memberKey !== member.contact.key) assertMayRemove(group.own, target, group.everybody)
      await this.#takeOut(transaction, group, target)
    })
  }

  /** Out of all direct and group conversations, as who is deleted. Can be done again after it was cut off. */
  async leaveEverything(app: App, contactKey: number): Promise<void> {
    const { members } = this.#context.store.read
    for (const { key } of await members.joined(contactKey, everyConversation, ['direct', 'group']))
      await this.#context.store.transaction(async (transaction) => {
        const conversation = await transaction.conversations.lock(key)
        if (conversation === undefined) return
        const everybody = await transaction.members.active([key])
        const target = everybody.find(({ memberKey }) => memberKey === contactKey)
        if (target === undefined) return
        // Who comes back under the same name is somebody else: they begin anew.
        if (conversation.kind === 'direct') await transaction.conversations.patch(key, { directKey: null })
        const thread = this.#threads.of(app, conversation)
        await this.#takeOut(transaction, { thread, conversation, everybody }, target)
      }, key)
  }

  async #inGroup(
    member: Member,
    conversationId: string,
    work: (transaction: Transaction, group: HeldGroup) => Promise<void>,
  ): Promise<void> {
    const thread = await this.#threads.find(member, conversationId, 'conversation.serve')
    if (thread.kind !== 'group')
      throw conflict('Who is in this conversation does not change. Begin a group to talk with others.')
    await this.#context.store.transaction(async (transaction) => {
      const conversation = await locked(transaction, thread)
      const own = await participating(transaction, thread, member)
      if (own === null) throw notFound('conversation')
      const everybody = await transaction.members.active([conversation.key])
      await work(transaction, { thread, conversation, own, everybody })
    }, thread.conversationKey)
  }

  /** The last owner's leaving passes ownership on; with the last person the conversation ends. */
  async #takeOut(
    transaction: Transaction,
    group: Omit<HeldGroup, 'own'>,
    target: ParticipantView,
  ): Promise<void> {
    const { thread, conversation, everybody } = group
    const at = this.#context.clock.now()
    await transaction.members.leave(conversation.key, target.memberKey, at)
    const rest = everybody.filter((participant) => participant !== target)
    if (rest.length === 0) return this.#deletions.delete(transaction, thread, [target.memberKey])
    const changes = [change('participant.removed')({ ...target, leftAt: at })]
    const heir = conversation.kind === 'group' ? heirOf(rest) : null
    if (heir !== null) {
      await transaction.members.setRole(conversation.key, heir.memberKey, 'owner')
      changes.push(change('participant.changed')({ ...heir, role: 'owner' }))
    }
    await this.#tell(transaction, group, changes)
  }

  async #tell(
    transaction: Transaction,
    { thread, conversation }: Pick<HeldGroup, 'thread' | 'conversation'>,
    changes: MemberChange[],
  ): Promise<void> {
    if (changes.length === 0) return
    const revised = await revise(transaction, conversation.key, this.#context.clock.now(), {})
    await this.#news.changed(transaction, thread, revised, changes)
  }
}

const change =
  (type: MemberChange['type']) =>
  (participant: ParticipantView): MemberChange => ({ type, participant })

function personIn({ everybody }: Pick<HeldGroup, 'everybody'>, userId: string): ParticipantView {
  const target = everybody.find((participant) => participant.userId === userId)
  if (target === undefined) throw notFound('participant')
  return target
}
