import type { Tried } from '../../server/core/bot/trial.js'

/** What came of a trial, as `--json` shows it. */
export const trialWire = ({ outcome, calls, usage, requests, firstTokenMs, totalMs }: Tried) => ({
  outcome: outcome.type,
  text: outcome.text,
  transfer: outcome.type === 'transfer' ? outcome.request : null,
  tool_calls: calls,
  usage: { input_tokens: usage.inputTokens, output_tokens: usage.outputTokens },
  requests,
  first_token_ms: firstTokenMs,
  total_ms: totalMs,
})
