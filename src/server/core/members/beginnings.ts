import type { CoreContext } from '../context.js'
import type { Conversations } from '../conversations/conversations.js'
import type { Threads } from '../conversations/threads.js'
import { conflict, invalid } from '../errors.js'
import type { ConversationView } from '../events.js'
import { newId } from '../ids.js'
import type { Contact, Conversation, Json, ParticipantRole } from '../model.js'
import type { Transaction } from '../ports.js'
import type { Member } from '../principal.js'
import { cleanLine, cleanMetadata, codePoints } from '../text.js'
import type { MemberNews } from './news.js'
import { usersById } from './people.js'

const participantsAtMost = 1_000
const titleCodePoints = 200

export interface MemberBeginning {
  kind: 'direct' | 'group' | 'support'
  /** Of the others, as the host calls them. */
  userIds: string[]
  title?: string
  metadata?: Json
}

export interface Begun {
  conversation: Conversation
  created: boolean
}

interface NewTalk {
  kind: 'direct' | 'group'
  subject: string | null
  metadata: Json
}

/** How members begin conversations. */
export class MemberBeginnings {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #conversations: Conversations
  readonly #news: MemberNews

  constructor(context: CoreContext, threads: Threads, conversations: Conversations, news: MemberNews) {
    this.#context = context
    this.#threads = threads
    this.#conversations = conversations
    this.#news = news
  }

  /** With the one other person there is one conversation, however often and from wherever it is begun. */
  async direct(member: Member, { userIds, title, metadata }: MemberBeginning): Promise<Begun> {
    if (cleanLine(title) !== null)
      throw invalid('A direct conversation has no title. Begin a group for that.')
    const talk = { kind: 'direct', subject: null, metadata: this.#metadata(metadata) } as const
    const [other, ...more] = await usersById(this.#context.store.read, member.app, userIds)
    if (other === undefined || more.length > 0 || other.key === member.contact.key)
      throw invalid(
        'A direct conversation is with exactly one other person. Name one user, and not yourself.',
      )
    const keys = [member.contact.key, other.key].sort((one, two) => one - two)
    const directKey = keys.join(':')
    const known = await this.#context.store.read.members.direct(member.app.key, directKey)
    if (known !== undefined) return { conversation: known, created: false }
    // A lane of their own, so that who finds it here has heard that it was begun. Keys of conversations are positive.
    const lane = -(keys[0] ?? 0)
    return this.#context.store.transaction(
      (transaction) => this.#insertDirect(transaction, member, other, { ...talk, directKey }),
      lane,
    )
  }

  async group(member: Member, { userIds, title, metadata }: MemberBeginning): Promise<Begun> {
    const subject = titleOf(title)
    const talk = { kind: 'group', subject, metadata: this.#metadata(metadata) } as const
    const named = await usersById(this.#context.store.read, member.app, userIds)
    const others = named.filter(({ key }) => key !== member.contact.key)
    assertRoomFor(others.length + 1)
    return this.#context.store.transaction(async (transaction) => {
      const row = this.#row(member, talk)
      const conversation = await transaction.conversations.insert({ ...row, directKey: null })
      await this.#people(transaction, member, conversation, others, 'owner')
      return { conversation, created: true }
    })
  }

  /** The open one of the member, or a new one, in the same queue as everybody else's. */
  support(
    member: Member,
    { userIds, title, metadata }: MemberBeginning,
  ): Promise<{ view: ConversationView; created: boolean }> {
    if (userIds.length > 0)
      throw invalid(
        'Nobody is chosen for a support conversation: it waits for an agent. Name no participants.',
      )
    const subject = titleOf(title)
    return this.#conversations.start(member, { channel: 'hybrid', metadata, subject })
  }

  async #insertDirect(
    transaction: Transaction,
    member: Member,
    other: Contact,
    talk: NewTalk & { directKey: string },
  ): Promise<Begun> {
    const conversation = await transaction.members.insertDirect({
      ...this.#row(member, talk),
      directKey: talk.directKey,
    })
    if (conversation === undefined) {
      const winner = await transaction.members.direct(member.app.key, talk.directKey)
      if (winner !== undefined) return { conversation: winner, created: false }
      throw conflict('This conversation was deleted at the same moment. Begin it again.')
    }
    await this.#people(transaction, member, conversation, [other], 'member')
    return { conversation, created: true }
  }

  async #people(
    transaction: Transaction,
    { app, contact }: Member,
    conversation: Conversation,
    others: Contact[],
    role: ParticipantRole,
  ): Promise<void> {
    const { key, createdAt } = conversation
    const joining = { at: createdAt, readThrough: 0 }
    await transaction.members.join(key, [contact.key], { ...joining, role })
    const keys = others.map((other) => other.key)
    await transaction.members.join(key, keys, { ...joining, role: 'member' })
    await this.#news.begun(transaction, this.#threads.of(app, conversation), conversation)
  }

  #metadata(metadata: Json | undefined): Json {
    return cleanMetadata(metadata, this.#context.limits.metadataBytes)
  }

  #row({ app }: Member, talk: NewTalk): Omit<Conversation, 'key' | 'directKey'> {
    const at = this.#context.clock.now()
    return {
      id: newId('conv'),
      appKey: app.key,
      kind: talk.kind,
      subject: talk.subject,
      metadata: talk.metadata,
      ...unserved,
      openedAt: at,
      createdAt: at,
      updatedAt: at,
    }
  }
}

/** Nobody serves what members begin among themselves. */
const unserved = {
  channel: 'hybrid',
  contactKey: null,
  deviceId: null,
  status: 'open',
  handler: null,
  priority: 'normal',
  assigneeKey: null,
  botContext: null,
  lastSequence: 0,
  revision: 0,
  lastContactSequence: 0,
  lastMessageAt: null,
  snoozedUntil: null,
  transferred: false,
  firstReplyAt: null,
  waitedMs: null,
  openedSequence: 0,
  closings: 0,
  summary: null,
  closedAt: null,
} as const satisfies Partial<Conversation>

function titleOf(title: string | undefined): string | null {
  const subject = cleanLine(title)
  if (subject !== null && codePoints(subject) > titleCodePoints)
    throw invalid(`A title holds at most ${titleCodePoints} characters. Shorten it.`)
  return subject
}

/** Refuses a group of more people than one may have. */
export function assertRoomFor(people: number): void {
  if (people <= participantsAtMost) return
  throw invalid(`A group holds at most ${participantsAtMost} people. Make several groups.`)
}
