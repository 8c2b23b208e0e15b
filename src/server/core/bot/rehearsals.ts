import type { CoreContext } from '../context.js'
import type { Threads } from '../conversations/threads.js'
import { AppError, conflict, notFound } from '../errors.js'
import { assertMay } from '../permissions.js'
import type { Staff } from '../principal.js'
import { changedBot } from './changes.js'
import { type PastTurn, pastTurns } from './past-turns.js'
import type { Said } from './prompt.js'
import type { BotSettings } from './settings.js'
import { type Trial, type Tried, tryTurn } from './trial.js'

/** What is tried in place of what the app has. */
export interface Other {
  prompt?: string
  model?: string
}

/** A reply to a script is not waited for by a person: a busy endpoint may say when to come back. */
const patienceOfReplayMs = 60_000

/** Tries the bot of an app out: nothing is stored, nothing counted, nobody told. */
export class BotRehearsals {
  readonly #context: CoreContext
  readonly #threads: Threads

  constructor(context: CoreContext, threads: Threads) {
    this.#context = context
    this.#threads = threads
  }

  /** One turn on a visitor's first message, asked once. Throws ChatFailure, and AppError when there is no bot. */
  async try(
    principal: Staff,
    message: string,
    options: Other & Pick<Trial, 'callTools' | 'signal' | 'progress'>,
  ): Promise<Tried> {
    const settings = await this.#settings(principal, options)
    const { callTools, signal, progress } = options
    return tryTurn(this.#context, {
      model: this.#model(),
      settings,
      subject: { id: 'conv_trial', channel: 'trial', metadata: {}, botContext: null },
      history: [firstMessage(message)],
      attempts: 1,
      patienceMs: this.#context.bot.patienceMs,
      callTools,
      signal,
      progress,
    })
  }

  /** What the bot said in a conversation, oldest first. */
  async past(principal: Staff, conversationId: string): Promise<PastTurn[]> {
    assertMay(principal, 'app.manage')
    const thread = await this.#threads.forStaff(principal, conversationId, 'app.manage')
    const conversation = await this.#context.store.read.conversations.byKey(thread.conversationKey)
    if (conversation === undefined) throw notFound('conversation')
    return pastTurns(this.#context, conversation)
  }

  /** A turn of earlier once more, with another prompt or model. Tools are never called. Throws ChatFailure. */
  async replay(principal: Staff, turn: PastTurn, options: Other & { signal: AbortSignal }): Promise<Tried> {
    const settings = await this.#settings(principal, options)
    const { subject, history } = turn
    return tryTurn(this.#context, {
      model: this.#model(),
      settings,
      subject,
      history,
      attempts: this.#context.bot.attempts,
      patienceMs: patienceOfReplayMs,
      callTools: false,
      signal: options.signal,
    })
  }

  async #settings(principal: Staff, { prompt, model }: Other): Promise<BotSettings> {
    assertMay(principal, 'app.manage')
    const app = await this.#context.store.read.apps.byKey(principal.app.key)
    const bot = app?.settings.bot ?? null
    if (bot === null && prompt === undefined)
      throw conflict('This app has no bot. Set one up, or name a prompt.')
    return changedBot(bot, {
      ...(prompt === undefined ? {} : { prompt }),
      ...(model === undefined ? {} : { model }),
    })
  }

  #model() {
    const { chatModel } = this.#context
    if (chatModel !== null) return chatModel
    throw new AppError('unavailable', 'There is no key for a model. Set OPENAI_API_KEY.')
  }
}

const firstMessage = (body: string): Said => ({
  attachmentCount: 0,
  body,
  deletedAt: null,
  senderName: null,
  senderType: 'contact',
  type: 'text',
})
