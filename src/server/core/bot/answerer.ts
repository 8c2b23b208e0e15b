import type { CoreContext } from '../context.js'
import type { App, Conversation } from '../model.js'
import type { ChatModel } from '../ports/chat-model.js'
import { attempt } from './attempts.js'
import type { HeldTurn } from './desk.js'
import { Patience } from './patience.js'
import { type Matter, promptOf } from './prompt.js'
import { type Reply, readReply } from './reply.js'
import { type Result, talk } from './rounds.js'
import type { BotSettings } from './settings.js'
import { longestResult, toolCallBody } from './tool-call.js'
import { type CheckedCall, Toolbox } from './tools.js'
import type { Usage } from './turn.js'
import { cut } from './writer.js'

/** Messages that are looked at for the history; the budget leaves fewer. */
const historyMessages = 100

export interface Answering {
  held: HeldTurn
  model: ChatModel
  settings: BotSettings
  conversation: Conversation
  /** Since when the visitor waits. */
  since: number
  signal: AbortSignal
  /** The text of the reply so far. */
  progress(text: string): void
  /** Told of every reply of the model, also of those that lead to nothing. */
  spent(usage: Usage): void
}

/** Finds the answer to one turn: model, tools and history. Stores nothing. */
export class Answerer {
  readonly #context: CoreContext

  constructor(context: CoreContext) {
    this.#context = context
  }

  /** Throws ChatFailure, and what the signal was aborted with. */
  async answer(answering: Answering): Promise<Result> {
    const { conversation, settings, since } = answering
    const { clock, bot, store } = this.#context
    const { key, lastSequence } = conversation
    const history = await store.read.messages.before(key, lastSequence + 1, historyMessages)
    const toolbox = new Toolbox(settings)
    const matter: Matter = { settings, tools: toolbox.shown, conversation, history }
    const patience = new Patience(clock, bot, since)
    return talk({
      toolbox,
      ask: (exchange, mayCall) => {
        const { temperature } = settings
        const model = settings.model ?? bot.defaultModel
        const messages = promptOf(matter, exchange)
        return this.#ask(answering, patience, { model, temperature, messages, tools: matter.tools, mayCall })
      },
      call: async (call, place) => {
        const result = await this.#call(answering, call, place)
        patience.renew()
        return result
      },
    })
  }

  async #ask(
    { model, signal, progress, spent }: Answering,
    patience: Patience,
    request: Parameters<ChatModel['stream']>[0],
  ): Promise<Reply> {
    const { clock, bot, limits, report } = this.#context
    const reading = {
      clock,
      model,
      signal,
      longestText: limits.bodyCodePoints * 2,
      silenceMs: () => patience.silenceMs,
      progress: (text: string) => {
        patience.hear()
        progress(text)
      },
    }
    const failed = (failure: Error) => report(failure, 'asking the model')
    const attempts = { clock, patience, atMost: bot.attempts, signal, failed }
    const reply = await attempt(attempts, () => {
      patience.begin()
      return readReply(reading, request)
    })
    patience.renew()
    spent(reply.usage)
    return reply
  }

  async #call(
    { held, conversation, signal }: Answering,
    { tool, values }: Extract<CheckedCall, { type: 'http' }>,
    place: string,
  ): Promise<string> {
    const { store, toolCaller, report } = this.#context
    const { contactKey } = conversation
    try {
      const contact = contactKey === null ? undefined : await store.read.contacts.byKey(contactKey)
      const body = toolCallBody(tool.name, values, conversation, contact)
      const result = await toolCaller.call(tool, `${held.turn.id}_${place}`, body, signal)
      return cut(result, longestResult)
    } catch (error) {
      signal.throwIfAborted()
      report(error, `calling the tool ${tool.name}`)
      return JSON.stringify({ error: 'The tool failed. Do without it, or hand over.' })
    }
  }
}

/** The bot of an app, when it has one that may speak. */
export const activeBot = (app: App | undefined): BotSettings | null => {
  const bot = app?.settings.bot ?? null
  return bot?.enabled ? bot : null
}
