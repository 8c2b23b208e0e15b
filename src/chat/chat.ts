import {
  type ConnectionState,
  connectVisitor,
  createVisitorClient,
  type OutboxChange,
  type PendingMessage,
  ReplyHqError,
  type VisitorClient,
  type VisitorDraft,
  type VisitorLive,
} from '../client/index.js'
import { Follower } from './follower.js'
import type { ChatOptions } from './options.js'
import { defaultPatience, expired } from './patience.js'
import type { Printer } from './printer.js'
import { type ChatState, unbegun } from './state.js'

// The server tells a visitor their own changes, not that others before them left the queue.
const queueInterval = 15_000

/** A visitor's chat: the connection, the conversation that is followed, and the lines on their way. */
export class Chat {
  readonly #client: VisitorClient
  readonly #live: VisitorLive
  readonly #state: ChatState
  readonly #printer: Printer
  readonly #echoes = new Set<string>()
  readonly #queueTimer: NodeJS.Timeout
  readonly #patience: number
  #follower: Follower | null = null
  #starting = false
  #phase: ConnectionState['phase'] = 'connecting'
  readonly #begun: Promise<void>
  #hasBegun: () => void = () => {}
  #end: (error: ReplyHqError) => void = () => {}
  /** Rejects when the server lets this visitor not in. */
  readonly refused: Promise<never>

  constructor(options: ChatOptions, state: ChatState, printer: Printer) {
    const { url, appId, apiKey, name, email } = options
    this.refused = new Promise((_, reject) => {
      this.#end = reject
    })
    this.#patience = options.patience ?? defaultPatience
    this.#state = state
    this.#printer = printer
    this.#client = createVisitorClient({
      url,
      appId,
      apiKey,
      deviceId: state.deviceId,
      user: name === undefined && email === undefined ? undefined : { name, email },
      deviceContext: { platform: 'terminal' },
    })
    this.#live = connectVisitor(this.#client, { outbox: state })
    this.#live.onState((connection) => this.#connection(connection))
    this.#live.outbox.subscribe((change) => this.#outbox(change))
    this.#begun = new Promise((resolve) => {
      this.#hasBegun = resolve
    })
    if (state.conversationId !== null) this.#follow(state.conversationId)
    this.#queueTimer = setInterval(() => void this.#look(), queueInterval)
    printer.connection(this.#live.state, this.waiting)
  }

  /** How many lines the server does not have yet. */
  get waiting(): number {
    return this.#live.outbox.pending().filter(({ state }) => state !== 'failed').length
  }

  get connected(): boolean {
    return this.#live.state.phase === 'connected'
  }

  /** Takes a line; it goes now or as soon as there is a connection and a conversation. */
  say(text: string): void {
    const localId = crypto.randomUUID()
    this.#echoes.add(localId)
    this.#live.outbox.add(this.#follower?.conversationId ?? unbegun, { local_id: localId, body: text })
  }

  end(): Promise<void> {
    return this.#wish(async (id) => this.#follower?.show(await this.#client.close(id)))
  }

  rate(score: number, comment: string | undefined): Promise<void> {
    return this.#wish(async (id) => {
      await this.#client.rate(id, score, comment)
      this.#printer.hint('Thank you.')
    })
  }

  /** Resolves when nothing waits any longer. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.waiting > 0) return
        unsubscribe()
        resolve()
      }
      const unsubscribe = this.#live.outbox.subscribe(look)
      look()
    })
  }

  close(): void {
    clearInterval(this.#queueTimer)
    this.#live.close()
  }

  #connection(state: ConnectionState): void {
    // A measured round trip is a new state, too, and no news.
    if (state.phase !== this.#phase) this.#printer.connection(state, this.waiting)
    this.#phase = state.phase
    if (state.phase === 'refused') this.#end(state.error)
    if (state.phase === 'connected' && this.#follower === null) void this.#begin()
  }

  async #begin(): Promise<void> {
    if (this.#starting) return
    this.#starting = true
    try {
      this.#follow((await this.#client.start()).id)
    } catch (error) {
      // Without an answer the next connection asks again.
      if (!(error instanceof ReplyHqError) || !error.passing) this.#end(asReplyHqError(error))
    } finally {
      this.#starting = false
    }
  }

  /** From now on this is the conversation, and what waited for one goes there. */
  #follow(conversationId: string): void {
    this.#follower?.close()
    this.#state.conversationId = conversationId
    const follower = new Follower(this.#live, conversationId, this.#printer, this.#echoes)
    this.#follower = follower
    this.#live.outbox.move(unbegun, conversationId)
    this.#hasBegun()
    follower.ready.catch((error: unknown) => this.#lost(follower, error))
  }

  /** A conversation that is gone, as after its deletion: a new one takes its place, with what waited for it. */
  #lost(follower: Follower, error: unknown): void {
    if (follower !== this.#follower) return
    if (!(error instanceof ReplyHqError) || error.code !== 'not_found') {
      this.#end(asReplyHqError(error))
      return
    }
    follower.close()
    this.#follower = null
    this.#state.conversationId = null
    this.#live.outbox.move(follower.conversationId, unbegun)
    if (this.connected) void this.#begin()
  }

  #outbox(change: OutboxChange<VisitorDraft>): void {
    if (change.type === 'pending') this.#pending(change.message)
    if (change.type !== 'sent') return
    this.#printer.sent(change.localId, change.message)
    // A line to a conversation that was closed for too long begins a new one.
    if (change.message.conversation_id !== this.#follower?.conversationId)
      this.#follow(change.message.conversation_id)
  }

  /** A refused line is given back to its writer, and not tried again at the next start. */
  #pending(message: PendingMessage<VisitorDraft>): void {
    this.#printer.pending(message)
    if (message.state === 'failed') this.#live.outbox.discard(message.localId)
  }

  /** Does what the visitor asks of their conversation; a refusal is told and ends nothing. */
  async #wish(act: (conversationId: string) => Promise<void>): Promise<void> {
    // What was written before the wish must arrive before it.
    const arrived = await Promise.race([
      this.#begun.then(() => this.drained()).then(() => true),
      expired(this.#patience),
    ])
    const id = this.#follower?.conversationId
    if (!arrived || id === undefined) {
      this.#printer.hint('There is no connection. Try again when there is one.')
      return
    }
    try {
      await act(id)
    } catch (error) {
      this.#printer.refused(asReplyHqError(error))
    }
  }

  async #look(): Promise<void> {
    const follower = this.#follower
    if (!this.connected || follower === null || follower.conversation?.queue == null) return
    try {
      follower.show(await this.#client.one(follower.conversationId))
    } catch {
      // The next look is soon.
    }
  }
}

function asReplyHqError(error: unknown): ReplyHqError {
  return error instanceof ReplyHqError ? error : new ReplyHqError('internal', String(error), { cause: error })
}
