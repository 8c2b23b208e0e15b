import OpenAI, { APIConnectionError, APIError } from 'openai'
import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import { ChatFailure, type ChatModel, type ChatPiece, type ChatRequest } from '../core/ports/chat-model.js'
import { completionParameters } from './openai/request.js'
import { retryAfter } from './openai/retry-after.js'
import { CallParts } from './openai/tool-calls.js'

export interface OpenAiAccess {
  apiKey: string
  /** Of any endpoint that speaks chat completions; null is OpenAI's own. */
  baseUrl: string | null
}

/** A model behind an OpenAI-compatible endpoint. Repeats nothing by itself: when to try again is the bot's business. */
export function openAiModel({ apiKey, baseUrl }: OpenAiAccess): ChatModel {
  const client = new OpenAI({
    apiKey,
    baseURL: baseUrl ?? 'https://api.openai.com/v1',
    // Named so that the library does not look for them in the environment.
    organization: null,
    project: null,
    adminAPIKey: null,
    webhookSecret: null,
    maxRetries: 0,
    logLevel: 'off',
  })
  return {
    async *stream(request, signal) {
      try {
        yield* pieces(client, request, signal)
      } catch (error) {
        signal.throwIfAborted()
        throw failureOf(error)
      }
    },
  }
}

async function* pieces(client: OpenAI, request: ChatRequest, signal: AbortSignal): AsyncGenerator<ChatPiece> {
  const stream = await client.chat.completions.create(completionParameters(request), { signal })
  const calls = new CallParts()
  let ended = false
  for await (const chunk of stream) {
    signal.throwIfAborted()
    const choice = chunk.choices?.[0]
    if (choice?.delta?.content) yield { type: 'text', text: choice.delta.content }
    if (calls.take(choice?.delta?.tool_calls)) yield { type: 'progress' }
    if (chunk.usage) yield usageOf(chunk.usage)
    if (choice?.finish_reason && !ended) {
      ended = true
      yield* endOf(choice.finish_reason, calls)
    }
  }
  // An aborted stream ends without an error; it must not look like one that was cut.
  signal.throwIfAborted()
  if (!ended) throw new ChatFailure('garbled', 'The stream ended before the reply did.')
}

function* endOf(reason: ChatCompletionChunk.Choice['finish_reason'], calls: CallParts): Generator<ChatPiece> {
  if (reason === 'content_filter') throw new ChatFailure('refused', 'The reply was held back by a filter.')
  if (reason === 'length' && calls.some) throw new ChatFailure('garbled', 'A tool call was cut off.')
  for (const call of calls.whole()) yield { type: 'call', call }
  // Some servers say "stop" behind tool calls.
  yield { type: 'end', reason: calls.some ? 'calls' : reason === 'length' ? 'length' : 'stop' }
}

const usageOf = (usage: { prompt_tokens: number; completion_tokens: number }): ChatPiece => ({
  type: 'usage',
  inputTokens: wholeNumber(usage.prompt_tokens),
  outputTokens: wholeNumber(usage.completion_tokens),
})

// No reply costs more; a server that counts wrongly must not break the sums.
const mostTokens = 10_000_000
const wholeNumber = (value: unknown): number =>
  Number.isSafeInteger(value) ? Math.min(Math.max(0, Number(value)), mostTokens) : 0

function failureOf(error: unknown): ChatFailure {
  if (error instanceof ChatFailure) return error
  if (error instanceof APIConnectionError)
    return new ChatFailure('down', `The model cannot be reached: ${error.message}`, { cause: error })
  if (error instanceof APIError && error.status !== undefined) return statusFailure(error)
  if (error instanceof SyntaxError || error instanceof APIError || error instanceof TypeError)
    return new ChatFailure('garbled', `The model's stream cannot be read: ${error.message}`, { cause: error })
  return new ChatFailure('down', `The model broke off: ${String(error)}`, { cause: error })
}

function statusFailure(error: APIError): ChatFailure {
  const { status = 0 } = error
  const options = { retryAfterMs: retryAfter(error.headers), cause: error }
  const message = `The model answered ${status}.`
  if (status === 429 || status === 503) return new ChatFailure('busy', message, options)
  if (status >= 500 || status === 408 || status === 409) return new ChatFailure('down', message, options)
  return new ChatFailure('refused', message, options)
}
