import { randomUUID } from 'node:crypto'
import type { CoreContext } from '../context.js'
import type { Threads } from '../conversations/threads.js'
import type { DomainEvent } from '../events.js'
import { Lookout } from '../lookout.js'
import { Answerer } from './answerer.js'
import { type BotDesk, hasTheWord } from './desk.js'
import type { BotIntake } from './intake.js'
import type { BotTurn } from './turn.js'
import { BotWork, Broken } from './work.js'

/** Turns looked at to choose from. */
const lookedAt = 200
const givenUpAtOnce = 16

interface Run {
  turn: BotTurn
  breaker: AbortController
  ended: Promise<void>
}

/** Answers what the bot owes, several at once, each by one server. Made stopped: `start` gives what stops it. */
export class BotEngine {
  readonly #context: CoreContext
  readonly #intake: BotIntake
  readonly #work: BotWork
  /** Also for turns of other servers that ended without a word, and those whose visitor waited too long. */
  readonly #lookout: Lookout
  /** By the key of the conversation. */
  readonly #running = new Map<number, Run>()
  #startedAt = 0

  constructor(context: CoreContext, threads: Threads, desk: BotDesk, intake: BotIntake) {
    this.#context = context
    this.#intake = intake
    this.#work = new BotWork(context, threads, new Answerer(context), desk, randomUUID())
    this.#lookout = new Lookout(
      context.clock,
      () => this.#dispatch(),
      (error) => context.report(error, 'looking for what the bot has to answer'),
    )
  }

  /** Disposing of it breaks off what is being written and gives it back. */
  start(): AsyncDisposable {
    this.#startedAt = this.#context.clock.now()
    const unsubscribe = this.#context.bus.subscribe((event) => this.#hear(event))
    this.#intake.onTurn(() => this.#lookout.look())
    this.#lookout.start()
    return {
      [Symbol.asyncDispose]: async () => {
        unsubscribe()
        this.#intake.onTurn(() => {})
        await this.#lookout.stop()
        for (const { breaker } of this.#running.values()) breaker.abort(new Broken('The server stops.'))
        await Promise.all([...this.#running.values()].map(({ ended }) => ended))
      },
    }
  }

  async #dispatch(): Promise<void> {
    const due = await this.#context.store.read.botTurns.due(this.#context.clock.now(), lookedAt)
    const waiting = due.filter(({ conversationKey }) => !this.#running.has(conversationKey))
    const late = waiting.filter((one) => this.#waitedTooLong(one))
    if (late.length > 0) {
      await this.#giveUp(late)
      if (due.length === lookedAt) this.#lookout.look()
    }
    let inTime = waiting.filter((one) => !this.#waitedTooLong(one))
    while (this.#running.size < this.#context.bot.concurrency) {
      const next = this.#fairest(inTime)
      if (next === undefined) return
      inTime = inTime.filter((turn) => turn !== next)
      this.#begin(next)
    }
  }

  /** Several at once, so that they share commits; without the model this is all there is to do. */
  async #giveUp(late: BotTurn[]): Promise<void> {
    const helpers = Array.from({ length: givenUpAtOnce }, async () => {
      for (let turn = late.shift(); turn !== undefined; turn = late.shift()) await this.#work.giveUp(turn)
    })
    await Promise.all(helpers)
  }

  /** The oldest of the app that has the fewest replies under way here: a busy one must not hold up the others. */
  #fairest(turns: readonly BotTurn[]): BotTurn | undefined {
    const busy = new Map<number, number>()
    for (const { turn } of this.#running.values()) busy.set(turn.appKey, (busy.get(turn.appKey) ?? 0) + 1)
    const load = ({ appKey }: BotTurn) => busy.get(appKey) ?? 0
    return turns.reduce<BotTurn | undefined>(
      (best, turn) => (best === undefined || load(turn) < load(best) ? turn : best),
      undefined,
    )
  }

  #begin(turn: BotTurn): void {
    const breaker = new AbortController()
    const ended = this.#answer(turn, breaker)
      .catch((error) => this.#context.report(error, 'taking a turn of the bot'))
      .finally(() => {
        this.#running.delete(turn.conversationKey)
        this.#lookout.look()
      })
    this.#running.set(turn.conversationKey, { turn, breaker, ended })
  }

  /** Other nodes are heard meanwhile, where the visitor may write again or an agent take over. */
  async #answer(turn: BotTurn, breaker: AbortController): Promise<void> {
    const release = await this.#context.bus.follow(turn.appKey)
    try {
      await this.#work.answer(turn, this.#waitsSince(turn), breaker)
    } finally {
      release()
    }
  }

  /** Time in which no server was there to answer is not counted against the bot. */
  #waitsSince({ createdAt, leasedUntil }: BotTurn): number {
    return Math.max(createdAt, this.#startedAt, leasedUntil ?? 0)
  }

  #waitedTooLong(turn: BotTurn): boolean {
    return this.#context.clock.now() - this.#waitsSince(turn) >= this.#context.bot.patienceMs
  }

  /** What makes an answer pointless ends it at once, whatever server it happened on. */
  #hear(event: DomainEvent): void {
    if (!('conversation' in event)) return
    const run = this.#running.get(event.conversation.conversationKey)
    if (run === undefined || !outdates(event, run.turn)) return
    run.breaker.abort(new Broken('Something newer came.'))
  }
}

function outdates(event: DomainEvent, turn: BotTurn): boolean {
  if (event.type === 'message.created') {
    const { internal, senderType, sequence } = event.message
    return (
      !internal && (senderType === 'contact' || senderType === 'agent') && (sequence ?? 0) > turn.sequence
    )
  }
  if (event.type !== 'conversation.updated') return false
  return !hasTheWord(event.view.conversation)
}
