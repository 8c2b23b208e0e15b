import type { CoreContext } from '../context.js'
import type { Threads } from '../conversations/threads.js'
import { complete, type Views } from '../conversations/views.js'
import { notFound } from '../errors.js'
import type { ConversationView } from '../events.js'
import type { Conversation, ConversationKind, Message, Participant } from '../model.js'
import type { ActivityPlace } from '../ports/members.js'
import type { Member } from '../principal.js'
import { seenThrough } from './participation.js'
import { inSight, type Sight } from './sight.js'
import { unreadOf } from './unread.js'

// Where the last message is one that the member deleted for themselves, how far back one is looked for instead.
const lookedBack = 50
/** A connection is in the rooms of so many conversations, the newest. */
const roomsAtMost = 10_000

interface Own {
  conversation: Conversation
  participant: Participant | undefined
}

/** The conversations of a member, as the member sees them. */
export class MemberLists {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #views: Views

  constructor(context: CoreContext, threads: Threads, views: Views) {
    this.#context = context
    this.#threads = threads
    this.#views = views
  }

  async page(
    member: Member,
    { limit, ...place }: { kinds?: ConversationKind[]; before?: ActivityPlace; limit: number },
  ): Promise<{ views: ConversationView[]; next: ActivityPlace | null }> {
    const { members } = this.#context.store.read
    const rows = await members.page(member.contact.key, { ...place, limit: limit + 1 })
    const shown = rows.slice(0, limit)
    const last = shown.at(-1)
    const next =
      rows.length > limit && last !== undefined
        ? { activeAt: last.activeAt, key: last.conversation.key }
        : null
    return { views: await this.#shown(member, shown), next }
  }

  async one(member: Member, conversationId: string): Promise<ConversationView> {
    const { conversationKey } = await this.#threads.find(member, conversationId, 'app.read')
    const { conversations, members } = this.#context.store.read
    const [conversation, participant] = await Promise.all([
      conversations.byKey(conversationKey),
      members.participant(conversationKey, member.contact.key),
    ])
    const own = conversation === undefined ? [] : [{ conversation, participant }]
    const [view] = await this.#shown(member, own)
    if (view === undefined) throw notFound('conversation')
    return view
  }

  async unread(member: Member, conversationId: string): Promise<number> {
    const thread = await this.#threads.find(member, conversationId, 'app.read')
    const { key } = member.contact
    if (thread.kind === 'support') return unreadOf(await this.#views.current(member.app, thread), key)
    const { conversations, members } = this.#context.store.read
    const [conversation, participant] = await Promise.all([
      conversations.byKey(thread.conversationKey),
      members.participant(thread.conversationKey, key),
    ])
    if (conversation === undefined || participant === undefined) throw notFound('conversation')
    return Math.max(0, conversation.lastSequence - seenThrough(participant))
  }

  joined(member: Member): Promise<{ key: number; id: string }[]> {
    return this.#context.store.read.members.joined(member.contact.key, roomsAtMost)
  }

  async #shown(member: Member, own: Own[]): Promise<ConversationView[]> {
    const { members } = this.#context.store.read
    const views = await this.#views.many(
      member.app,
      own.map(({ conversation }) => conversation),
    )
    const last = views.flatMap(({ lastMessage }) => lastMessage?.key ?? [])
    const hidden = new Set(await members.hidden(last, member.contact.key))
    return Promise.all(
      views.map(async (view, index) => {
        const after = Math.max(own[index]?.participant?.hiddenThrough ?? 0, 0)
        const sight = { notes: false, after, contactKey: member.contact.key }
        return { ...view, lastMessage: await this.#lastInSight(view, sight, hidden) }
      }),
    )
  }

  async #lastInSight(
    { conversation, lastMessage }: ConversationView,
    sight: Sight,
    hidden: ReadonlySet<number>,
  ): Promise<Message | null> {
    if (lastMessage === null || conversation.lastSequence <= sight.after) return null
    if (!hidden.has(lastMessage.key)) return lastMessage
    const { read } = this.#context.store
    const before = await read.messages.before(conversation.key, conversation.lastSequence, lookedBack)
    const row = (await inSight(read, sight, before)).at(-1)
    if (row === undefined) return null
    const [message] = await complete(read, conversation.id, conversation.key, [row])
    return message ?? null
  }
}
