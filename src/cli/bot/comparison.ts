import type { PastTurn } from '../../server/core/bot/past-turns.js'
import type { Tried } from '../../server/core/bot/trial.js'
import { trialWire } from './trial-wire.js'

/**
 * How a turn would come out: `same`; another `answer`; a `handoff` that was none, or none that was one; a `tool`
 * that it would call first; `failed` when the model gave nothing.
 */
export type Verdict = 'same' | 'answer' | 'handoff' | 'tool' | 'failed'

/** One turn then and now, as `--json` shows it. */
export interface Comparison {
  readonly conversation_id: string
  readonly turn_id: string
  readonly sequence: number
  readonly asked: string
  readonly was: { readonly outcome: PastTurn['outcome']; readonly text: string }
  readonly would: ReturnType<typeof trialWire> | null
  readonly verdict: Verdict
  readonly error: string | null
}

/** Compares what became of a turn with what came of it now: an error is why nothing did. */
export const compare = (turn: PastTurn, now: Tried | Error): Comparison => ({
  conversation_id: turn.conversationId,
  turn_id: turn.turnId,
  sequence: turn.sequence,
  asked: turn.asked,
  was: { outcome: turn.outcome, text: turn.text },
  would: now instanceof Error ? null : trialWire(now),
  verdict: now instanceof Error ? 'failed' : verdictOn(turn, now),
  error: now instanceof Error ? now.message : null,
})

function verdictOn({ outcome, text }: PastTurn, { outcome: now }: Tried): Verdict {
  if (now.type === 'calls') return 'tool'
  // A bot that could not answer handed over too, if not by its own will.
  const handed = outcome !== 'answered'
  if (handed !== (now.type === 'transfer')) return 'handoff'
  return handed || sameWords(text, now.text) ? 'same' : 'answer'
}

const sameWords = (left: string, right: string) => plain(left) === plain(right)
const plain = (text: string) => text.trim().replaceAll(/\s+/g, ' ')

/** The sums of a replay. */
export function summarise(comparisons: readonly Comparison[]) {
  const counted = (verdict: Verdict) => comparisons.filter((one) => one.verdict === verdict).length
  const sum = (of: (usage: { input_tokens: number; output_tokens: number }) => number) =>
    comparisons.reduce((total, { would }) => total + (would === null ? 0 : of(would.usage)), 0)
  return {
    conversations: new Set(comparisons.map((one) => one.conversation_id)).size,
    turns: comparisons.length,
    same: counted('same'),
    answer: counted('answer'),
    handoff: counted('handoff'),
    tool: counted('tool'),
    failed: counted('failed'),
    usage: {
      input_tokens: sum((usage) => usage.input_tokens),
      output_tokens: sum((usage) => usage.output_tokens),
    },
  }
}
