import type { CoreContext } from '../context.js'
import type { Conversations } from '../conversations/conversations.js'
import type { Threads } from '../conversations/threads.js'
import type { Views } from '../conversations/views.js'
import type { ConversationView } from '../events.js'
import type { App, ConversationKind, ParticipantRole } from '../model.js'
import type { Outbox } from '../outbox/outbox.js'
import type { ActivityPlace } from '../ports/members.js'
import type { Member } from '../principal.js'
import { type MemberBeginning, MemberBeginnings } from './beginnings.js'
import { Deletions } from './deletions.js'
import { MemberLists } from './lists.js'
import { MemberMessages, type MessageReader } from './messages.js'
import { MemberNews } from './news.js'
import { MemberParticipants } from './participants.js'
import { MemberSync, type Synced } from './sync.js'

export { unreadOf } from './unread.js'

/** What members do with conversations: those among themselves, and their own with support. */
export class MemberConversations {
  readonly #threads: Threads
  readonly #beginnings: MemberBeginnings
  readonly #lists: MemberLists
  readonly #participants: MemberParticipants
  readonly #deletions: Deletions
  readonly #messages: MemberMessages
  readonly #sync: MemberSync

  constructor(
    context: CoreContext,
    threads: Threads,
    views: Views,
    conversations: Conversations,
    outbox: Outbox,
  ) {
    const news = new MemberNews(context, views, outbox)
    this.#threads = threads
    this.#beginnings = new MemberBeginnings(context, threads, conversations, news)
    this.#lists = new MemberLists(context, threads, views)
    this.#deletions = new Deletions(context, threads, news)
    this.#participants = new MemberParticipants(context, threads, news, this.#deletions)
    this.#messages = new MemberMessages(context, threads)
    this.#sync = new MemberSync(context, threads)
  }

  /**
   * A direct conversation of the same two, and a support conversation that is open, are found again. Who begins a
   * group is its owner. Unknown users are not_found, and nothing is made.
   */
  async begin(
    member: Member,
    beginning: MemberBeginning,
  ): Promise<{ view: ConversationView; created: boolean }> {
    if (beginning.kind === 'support') return this.#beginnings.support(member, beginning)
    const { conversation, created } = await this.#beginnings[beginning.kind](member, beginning)
    return { view: await this.one(member, conversation.id), created }
  }

  /** The latest active first; `next` is where the following page begins. */
  list(
    member: Member,
    page: { kinds?: ConversationKind[]; before?: ActivityPlace; limit: number },
  ): Promise<{ views: ConversationView[]; next: ActivityPlace | null }> {
    return this.#lists.page(member, page)
  }

  one(member: Member, conversationId: string): Promise<ConversationView> {
    return this.#lists.one(member, conversationId)
  }

  /** A group for everybody, by an owner; any other only for the member, unless said otherwise. */
  async remove(member: Member, conversationId: string, scope?: 'me' | 'everyone'): Promise<void> {
    const thread = await this.#threads.find(member, conversationId, 'conversation.serve')
    const meant = scope ?? (thread.kind === 'group' ? 'everyone' : 'me')
    return meant === 'me'
      ? this.#deletions.forOneself(member, thread)
      : this.#deletions.forEverybody(member, thread)
  }

  /** By owners and admins of a group; who is there already stays as they are. */
  async addParticipants(
    member: Member,
    conversationId: string,
    userIds: string[],
    role: ParticipantRole = 'member',
  ): Promise<ConversationView> {
    await this.#participants.add(member, conversationId, userIds, role)
    return this.one(member, conversationId)
  }

  /** By owners of a group. The last owner stays one: conflict. */
  async setRole(
    member: Member,
    conversationId: string,
    userId: string,
    role: ParticipantRole,
  ): Promise<ConversationView> {
    await this.#participants.setRole(member, conversationId, userId, role)
    return this.one(member, conversationId)
  }

  /** Oneself: leaves. Others: by owners, and by admins who cannot take out an owner. */
  removeParticipant(member: Member, conversationId: string, userId: string): Promise<void> {
    return this.#participants.remove(member, conversationId, userId)
  }

  /** Takes a contact who is deleted out of every direct and group conversation. */
  leaveEverything(app: App, contactKey: number): Promise<void> {
    return this.#participants.leaveEverything(app, contactKey)
  }

  unreadCount(member: Member, conversationId: string): Promise<number> {
    return this.#lists.unread(member, conversationId)
  }

  /** Every conversation that the member is in, for the rooms of a connection. */
  joined(member: Member): Promise<{ key: number; id: string }[]> {
    return this.#lists.joined(member)
  }

  /** The id of the conversation that holds a message. */
  locate(member: Member, messageId: string): Promise<string> {
    return this.#messages.locate(member, messageId)
  }

  /** Deletes a message for the member alone. */
  hideMessage(member: Member, messageId: string): Promise<void> {
    return this.#messages.hide(member, messageId)
  }

  readers(member: Member, messageId: string): Promise<MessageReader[]> {
    return this.#messages.readers(member, messageId)
  }

  /** What is new or changed since a message was created; see MemberSync. */
  sync(member: Member, conversationId: string, lastMessageId: string, limit: number): Promise<Synced> {
    return this.#sync.since(member, conversationId, lastMessageId, limit)
  }
}
