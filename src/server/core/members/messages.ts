import type { CoreContext } from '../context.js'
import type { Threads } from '../conversations/threads.js'
import { AppError, notFound } from '../errors.js'
import type { ConversationRef } from '../events.js'
import type { Participant, SentMessage } from '../model.js'
import type { Member } from '../principal.js'
import { inSight, sightOf } from './sight.js'

export interface MessageReader {
  userId: string
  readAt: number
}

/** Single messages by their id alone, as members name them. */
export class MemberMessages {
  readonly #context: CoreContext
  readonly #threads: Threads

  constructor(context: CoreContext, threads: Threads) {
    this.#context = context
    this.#threads = threads
  }

  /** The id of the conversation that holds it. Throws not_found for what the member is not shown. */
  async locate(member: Member, messageId: string): Promise<string> {
    return (await this.#find(member, messageId)).thread.conversationId
  }

  /** Deletes it for the member alone, on all their devices. */
  async hide(member: Member, messageId: string): Promise<void> {
    const { thread, row } = await this.#find(member, messageId)
    const { key: forContactKey } = member.contact
    const at = this.#context.clock.now()
    await this.#context.store.transaction(async (transaction) => {
      await transaction.members.hideMessage(row.key, forContactKey)
      transaction.afterCommit(() =>
        this.#context.bus.publish({
          type: 'message.hidden',
          conversation: thread,
          messageId,
          forContactKey,
          at,
        }),
      )
    })
  }

  /** Who has read it, besides who sent it. */
  async readers(member: Member, messageId: string): Promise<MessageReader[]> {
    const { thread, row } = await this.#find(member, messageId)
    const { conversationKey, kind } = thread
    const { members, participants } = this.#context.store.read
    if (kind === 'support')
      return this.#supporters(member, hasRead(row, await participants.of([conversationKey])))
    const everybody = await members.active([conversationKey])
    return hasRead(row, everybody).map(({ userId, readAt }) => ({ userId, readAt }))
  }

  async #supporters(member: Member, readers: (Participant & { readAt: number })[]): Promise<MessageReader[]> {
    const named = await Promise.all(
      readers.map(async ({ type, memberKey, readAt }) => {
        if (type === 'contact') return { userId: member.contact.externalId, readAt }
        const agent = type === 'agent' ? await this.#context.store.read.agents.byKey(memberKey) : undefined
        return agent === undefined ? [] : { userId: agent.id, readAt }
      }),
    )
    return named.flat()
  }

  async #find(member: Member, messageId: string): Promise<{ thread: ConversationRef; row: SentMessage }> {
    const { read } = this.#context.store
    const place = await read.members.place(member.app.key, messageId)
    if (place === undefined) throw notFound('message')
    const thread = await this.#threads.find(member, place.conversationId, 'app.read').catch(asMessage)
    const rows = await read.messages.byKeys([place.messageKey])
    const [row] = await inSight(read, await sightOf(read, member, thread), rows)
    if (row === undefined) throw notFound('message')
    return { thread, row }
  }
}

/** Those whose cursor is at or beyond the message; who joined later has no time of reading until they read. */
function hasRead<Person extends Participant>(
  { sequence, senderType, senderKey }: SentMessage,
  people: Person[],
): (Person & { readAt: number })[] {
  return people.flatMap((person) => {
    const { readAt, readSequence, type, memberKey } = person
    const sent = type === senderType && memberKey === senderKey
    return sent || readAt === null || sequence === null || readSequence < sequence
      ? []
      : [{ ...person, readAt }]
  })
}

/** That there is such a message in somebody else's conversation must not be seen. */
function asMessage(error: unknown): never {
  throw error instanceof AppError && error.code === 'not_found' ? notFound('message') : error
}
