import type { CoreContext } from '../context.js'
import type { ChatModel } from '../ports/chat-model.js'
import { attempt } from './attempts.js'
import { Patience } from './patience.js'
import { promptOf, type Said, type Subject } from './prompt.js'
import { type Reply, readReply } from './reply.js'
import { type Result, type Rounds, talk } from './rounds.js'
import type { BotSettings } from './settings.js'
import { longestResult, toolCallBody } from './tool-call.js'
import { type CheckedCall, Toolbox } from './tools.js'
import type { Usage } from './turn.js'
import { cut } from './writer.js'

/** One turn that is tried out: nothing of it is stored, counted or told to anybody. */
export interface Trial {
  model: ChatModel
  settings: BotSettings
  subject: Subject
  history: readonly Said[]
  /** False: the first calls of tools end the trial; they are told and not made. */
  callTools: boolean
  attempts: number
  patienceMs: number
  signal: AbortSignal
  /** The text of the reply so far. */
  progress?(text: string): void
}

/** A call that the model asked for; the result is null when it was not made. */
export interface TriedCall {
  name: string
  arguments: Record<string, unknown>
  result: string | null
}

export interface Tried {
  outcome: Result | { type: 'calls'; text: string }
  calls: TriedCall[]
  usage: Usage
  requests: number
  /** From the beginning; null when no text came. */
  firstTokenMs: number | null
  totalMs: number
}

/** Thrown through the rounds where a tool is not to be called. */
class NotCalled extends Error {
  override readonly name = 'NotCalled'
}

/** Has the bot answer as it would answer a visitor. Throws ChatFailure, and what the signal was aborted with. */
export const tryTurn = (context: CoreContext, trial: Trial): Promise<Tried> =>
  new Trying(context, trial).run()

class Trying {
  readonly #context: CoreContext
  readonly #trial: Trial
  readonly #patience: Patience
  readonly #toolbox: Toolbox
  readonly #began: number
  readonly #calls: TriedCall[] = []
  #usage: Usage = { inputTokens: 0, outputTokens: 0 }
  #requests = 0
  #firstTokenAt: number | null = null
  #text = ''

  constructor(context: CoreContext, trial: Trial) {
    const { bot, clock } = context
    this.#context = context
    this.#trial = trial
    this.#began = clock.now()
    const { firstTokenMs } = bot
    this.#patience = new Patience(clock, { patienceMs: trial.patienceMs, firstTokenMs }, this.#began)
    this.#toolbox = new Toolbox(trial.settings)
  }

  async run(): Promise<Tried> {
    const outcome = await this.#outcome()
    const since = (at: number) => at - this.#began
    return {
      outcome,
      calls: this.#calls,
      usage: this.#usage,
      requests: this.#requests,
      firstTokenMs: this.#firstTokenAt === null ? null : since(this.#firstTokenAt),
      totalMs: since(this.#context.clock.now()),
    }
  }

  async #outcome(): Promise<Tried['outcome']> {
    try {
      return await talk({
        toolbox: this.#toolbox,
        ask: (exchange, mayCall) => this.#ask(exchange, mayCall),
        call: (call, place) => this.#call(call, place),
      })
    } catch (error) {
      if (error instanceof NotCalled) return { type: 'calls', text: this.#text }
      throw error
    }
  }

  async #ask(exchange: Parameters<Rounds['ask']>[0], mayCall: boolean): Promise<Reply> {
    const { settings, subject: conversation, history, signal, attempts: atMost } = this.#trial
    const { clock, bot } = this.#context
    const tools = this.#toolbox.shown
    const messages = promptOf({ settings, tools, conversation, history }, exchange)
    const { temperature } = settings
    const request = { model: settings.model ?? bot.defaultModel, temperature, messages, tools, mayCall }
    // Whoever tries is told of the last failure; those before it were repeated for that.
    const failed = () => {}
    const reply = await attempt({ clock, patience: this.#patience, atMost, signal, failed }, () => {
      this.#patience.begin()
      this.#requests += 1
      return readReply(this.#reading(), request)
    })
    this.#patience.renew()
    this.#text = reply.text
    this.#usage = {
      inputTokens: this.#usage.inputTokens + reply.usage.inputTokens,
      outputTokens: this.#usage.outputTokens + reply.usage.outputTokens,
    }
    return reply
  }

  #reading(): Parameters<typeof readReply>[0] {
    const { clock, limits } = this.#context
    const { model, signal, progress } = this.#trial
    return {
      clock,
      model,
      signal,
      longestText: limits.bodyCodePoints * 2,
      silenceMs: () => this.#patience.silenceMs,
      progress: (text) => {
        this.#patience.hear()
        if (text !== '') this.#firstTokenAt ??= clock.now()
        progress?.(text)
      },
    }
  }

  async #call({ tool, values }: Extract<CheckedCall, { type: 'http' }>, place: string): Promise<string> {
    const call: TriedCall = { name: tool.name, arguments: values, result: null }
    this.#calls.push(call)
    if (!this.#trial.callTools) throw new NotCalled()
    const { subject, signal } = this.#trial
    const body = toolCallBody(tool.name, values, subject, undefined)
    call.result = await this.#context.toolCaller
      .call(tool, `trial_${this.#began}_${place}`, body, signal)
      .then((result) => cut(result, longestResult))
      .catch((error: unknown) => {
        signal.throwIfAborted()
        return JSON.stringify({ error: error instanceof Error ? error.message : String(error) })
      })
    this.#patience.renew()
    return call.result
  }
}
