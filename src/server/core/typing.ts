import type { CoreContext } from './context.js'
import type { ActorRef } from './events.js'
import { senderOf } from './messages.js'
import type { Principal } from './principal.js'
import type { Threads } from './threads.js'

/** Who is writing. It stops by itself some seconds after the last sign of it. */
export class Typing {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #expiries = new Map<string, () => void>()

  constructor(context: CoreContext, threads: Threads) {
    this.#context = context
    this.#threads = threads
  }

  async set(principal: Principal, conversationId: string, isTyping: boolean): Promise<void> {
    const thread = await this.#threads.find(principal, conversationId, 'conversation.serve')
    const { type, key, id, name } = senderOf(principal)
    const by: ActorRef = { type, key, id, name }
    const typist = `${thread.conversationKey}:${type}:${key}`
    const publish = (active: boolean) =>
      this.#context.bus.publish({
        type: 'typing',
        conversation: thread,
        by,
        isTyping: active,
        activity: 'text',
      })
    const wasTyping = this.#forget(typist)
    if (isTyping) {
      const expire = () => {
        this.#expiries.delete(typist)
        publish(false)
      }
      this.#expiries.set(typist, this.#context.clock.after(this.#context.limits.typingMs, expire))
    }
    if (isTyping || wasTyping) publish(isTyping)
  }

  #forget(name: string): boolean {
    const cancel = this.#expiries.get(name)
    if (cancel === undefined) return false
    cancel()
    return this.#expiries.delete(name)
  }
}
