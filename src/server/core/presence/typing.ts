import type { CoreContext } from '../context.js'
import type { Threads } from '../conversations/threads.js'
import type { ActorRef, ConversationRef, DomainEvent, TypingEvent } from '../events.js'
import { senderOf } from '../messages/senders.js'
import type { Principal } from '../principal.js'

/** Somebody who is writing, or recording, somewhere. */
interface Sign {
  thread: ConversationRef
  by: ActorRef
  activity: TypingEvent['activity']
  /** Of its end by time. */
  cancel(): void
}

/** Who is writing or recording. Both stop by themselves some seconds after the last sign of them. */
export class Typing {
  readonly #context: CoreContext
  readonly #threads: Threads
  /** By person, then by conversation and activity. */
  readonly #signs = new Map<string, Map<string, Sign>>()

  constructor(context: CoreContext, threads: Threads) {
    this.#context = context
    this.#threads = threads
    context.bus.subscribe((event) => this.#hear(event))
  }

  async set(
    principal: Principal,
    conversationId: string,
    isTyping: boolean,
    activity: TypingEvent['activity'] = 'text',
  ): Promise<void> {
    const thread = await this.#threads.find(principal, conversationId, 'conversation.serve')
    const { type, key, id, externalId, name } = senderOf(principal)
    const by: ActorRef = { type, key, id, externalId, name }
    const was = this.#take(person(by), place(thread.conversationKey, activity))
    was?.cancel()
    if (isTyping) this.#keep({ thread, by, activity })
    if (isTyping || was !== undefined) this.#publish({ thread, by, activity }, isTyping)
  }

  /** Whatever somebody was writing anywhere has ended: they have gone. */
  stopOf(type: ActorRef['type'], key: number): void {
    this.#stop(type, key)
  }

  /** Who is no longer in a conversation writes nothing there. */
  #hear(event: DomainEvent): void {
    if (event.type === 'participant.removed')
      this.#stop(event.participant.type, event.participant.memberKey, event.conversation.conversationKey)
    if (event.type === 'conversation.removed' && event.forContactKey === null)
      for (const key of event.contactKeys) this.#stop('contact', key, event.conversation.conversationKey)
  }

  #stop(type: ActorRef['type'], key: number, conversationKey?: number): void {
    const who = person({ type, key })
    for (const [where, sign] of [...(this.#signs.get(who) ?? [])]) {
      if (conversationKey !== undefined && sign.thread.conversationKey !== conversationKey) continue
      this.#take(who, where)
      sign.cancel()
      this.#publish(sign, false)
    }
  }

  #keep(sign: Omit<Sign, 'cancel'>): void {
    const [who, where] = [person(sign.by), place(sign.thread.conversationKey, sign.activity)]
    const expire = () => {
      this.#take(who, where)
      this.#publish(sign, false)
    }
    const cancel = this.#context.clock.after(this.#context.limits.typingMs, expire)
    const signs = this.#signs.get(who) ?? new Map<string, Sign>()
    this.#signs.set(who, signs.set(where, { ...sign, cancel }))
  }

  #take(who: string, where: string): Sign | undefined {
    const signs = this.#signs.get(who)
    const sign = signs?.get(where)
    if (signs?.delete(where) && signs.size === 0) this.#signs.delete(who)
    return sign
  }

  #publish({ thread, by, activity }: Omit<Sign, 'cancel'>, isTyping: boolean): void {
    this.#context.bus.publish({ type: 'typing', conversation: thread, by, isTyping, activity })
  }
}

const person = ({ type, key }: Pick<ActorRef, 'type' | 'key'>): string => `${type} ${key}`
const place = (conversationKey: number, activity: TypingEvent['activity']): string =>
  `${conversationKey} ${activity}`
