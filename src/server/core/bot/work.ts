import type { CoreContext } from '../context.js'
import type { Threads } from '../conversations/threads.js'
import { ChatFailure } from '../ports/chat-model.js'
import { type Answerer, type Answering, activeBot } from './answerer.js'
import { Deltas } from './deltas.js'
import { type BotDesk, type HeldTurn, hasTheWord } from './desk.js'
import { Pulse } from './pulse.js'
import type { Result } from './rounds.js'
import type { BotSettings } from './settings.js'
import type { BotTurn, Usage } from './turn.js'

/** Why a reply was broken off: something newer came, or this server stops. */
export class Broken extends Error {
  override readonly name = 'Broken'
}

// A turn that brings its server down each time must not do so for ever.
const mostTakes = 5
const defaultApology = 'Sorry, I cannot answer right now. A colleague will be with you.'

/** Works on one turn from taking it to what is stored. */
export class BotWork {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #answerer: Answerer
  readonly #desk: BotDesk
  /** The name under which this server holds turns. */
  readonly #owner: string

  constructor(context: CoreContext, threads: Threads, answerer: Answerer, desk: BotDesk, owner: string) {
    this.#context = context
    this.#threads = threads
    this.#answerer = answerer
    this.#desk = desk
    this.#owner = owner
  }

  /** Answers a turn, or hands over when that fails. Settles when all of it is stored, or nothing ever will be. */
  async answer(due: BotTurn, since: number, breaker: AbortController): Promise<void> {
    const held = await this.#take(due)
    if (held === null) return
    const { signal } = breaker
    const lost = () => breaker.abort(new Broken('The turn was taken over or has ended.'))
    const pulse = new Pulse(this.#context, held, lost)
    try {
      await this.#respond(held, since, signal)
    } catch (error) {
      if (!signal.aborted) this.#context.report(error, 'answering for the bot')
      await this.#release(held)
    } finally {
      pulse.end()
    }
  }

  /** Hands over what waited too long, without asking the model. */
  async giveUp(due: BotTurn): Promise<void> {
    const held = await this.#take(due)
    if (held === null) return
    const app = await this.#context.store.read.apps.byKey(held.turn.appKey)
    await this.#apologise(held, app?.settings.bot ?? null)
  }

  async #take(due: BotTurn): Promise<HeldTurn | null> {
    const { clock, bot, store } = this.#context
    const at = clock.now()
    const lease = { owner: this.#owner, at, until: at + bot.leaseMs }
    return store.transaction(async (transaction) => {
      const turn = await transaction.botTurns.take(due.key, lease)
      const conversation = turn && (await transaction.conversations.byKey(turn.conversationKey))
      const app = turn && (await transaction.apps.byKey(turn.appKey))
      if (turn === undefined || conversation === undefined || app === undefined) return null
      return { turn, owner: this.#owner, thread: this.#threads.of(app, conversation) }
    })
  }

  async #respond(held: HeldTurn, since: number, signal: AbortSignal): Promise<void> {
    const { chatModel: model, store } = this.#context
    const { turn } = held
    const [app, conversation] = await Promise.all([
      store.read.apps.byKey(turn.appKey),
      store.read.conversations.byKey(turn.conversationKey),
    ])
    if (conversation === undefined || !hasTheWord(conversation)) return this.#desk.drop(held)
    const settings = activeBot(app)
    if (model === null || settings === null || turn.takes > mostTakes)
      return this.#apologise(held, app?.settings.bot ?? null)
    const answering = { held, model, settings, conversation, since, signal }
    try {
      await this.#store(held, settings, await this.#find(answering))
    } catch (error) {
      if (!(error instanceof ChatFailure)) throw error
      await this.#apologise(held, settings)
    }
  }

  /** The answer, shown while it is written; what was shown ends before the message comes. */
  async #find(answering: Omit<Answering, 'progress' | 'spent'>): Promise<Result> {
    const { thread, turn } = answering.held
    const deltas = new Deltas(this.#context, thread, turn.id)
    const progress = (text: string) => {
      if (text !== '') deltas.show(text)
    }
    const spent = (usage: Usage) => this.#count(turn, usage)
    try {
      return await this.#answerer.answer({ ...answering, progress, spent })
    } finally {
      deltas.end()
    }
  }

  async #store(held: HeldTurn, settings: BotSettings, result: Result): Promise<void> {
    if (result.type === 'reply') {
      await this.#desk.answer(held, result.text)
      return
    }
    const { reason, priority, summary = null } = result.request
    const text = result.text.trim() === '' ? settings.transferMessage : result.text
    await this.#desk.pass(held, { text, reason, priority, summary, outcome: 'transferred' })
  }

  async #apologise(held: HeldTurn, settings: BotSettings | null): Promise<void> {
    const text = settings?.apology ?? defaultApology
    const passing = { text, reason: 'bot_unavailable', priority: 'normal', summary: null } as const
    await this.#desk.pass(held, { ...passing, outcome: 'unavailable' })
  }

  /** What was spent was spent, whatever becomes of the turn. */
  #count(turn: BotTurn, usage: Usage): void {
    this.#context.measure({ name: 'tokens', direction: 'in', count: usage.inputTokens })
    this.#context.measure({ name: 'tokens', direction: 'out', count: usage.outputTokens })
    this.#context.store
      .transaction((transaction) => transaction.botTurns.addUsage(turn.key, usage))
      .catch((error) => this.#context.report(error, 'counting what the bot spent'))
  }

  async #release({ turn }: HeldTurn): Promise<void> {
    await this.#context.store
      .transaction((transaction) => transaction.botTurns.release(turn.key, this.#owner))
      .catch((error) => this.#context.report(error, 'giving a turn of the bot back'))
  }
}
