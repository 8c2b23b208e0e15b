import { ChatFailure, type ChatModel, type ChatRequest, type ToolCall } from '../ports/chat-model.js'
import type { Clock } from '../ports.js'
import { estimateTokens } from './tokens.js'
import type { Usage } from './turn.js'

export interface Reply {
  text: string
  calls: ToolCall[]
  usage: Usage
}

export interface Reading {
  clock: Clock
  model: ChatModel
  /** A longer reply ends here: no message could hold it. In UTF-16 units. */
  longestText: number
  signal: AbortSignal
  /** Without any piece for so long the request has failed; asked anew after every piece. */
  silenceMs(): number
  /** Called with every piece, with the text so far. */
  progress(text: string): void
}

/** One request, read to its end. Throws ChatFailure, and what the signal was aborted with. */
export async function readReply(reading: Reading, request: ChatRequest): Promise<Reply> {
  const silence = new Silence(reading)
  const enough = new AbortController()
  const signal = AbortSignal.any([reading.signal, silence.signal, enough.signal])
  const reply: Reply = { text: '', calls: [], usage: { inputTokens: 0, outputTokens: 0 } }
  try {
    await collect(reading, request, signal, silence, reply)
  } catch (error) {
    reading.signal.throwIfAborted()
    throw silence.signal.aborted ? new ChatFailure('down', 'The model fell silent.', { cause: error }) : error
  } finally {
    silence.end()
    enough.abort()
  }
  if (reply.text.trim() === '' && reply.calls.length === 0)
    throw new ChatFailure('garbled', 'The model gave an empty reply.')
  return counted(reply, request)
}

async function collect(
  { model, longestText, progress }: Reading,
  request: ChatRequest,
  signal: AbortSignal,
  silence: Silence,
  reply: Reply,
): Promise<void> {
  for await (const piece of model.stream(request, signal)) {
    silence.broken()
    if (piece.type === 'text') reply.text += piece.text
    if (piece.type === 'call') reply.calls.push(piece.call)
    if (piece.type === 'usage') reply.usage = piece
    if (reply.text.length >= longestText) return
    if (piece.type === 'text' || piece.type === 'progress') progress(reply.text)
  }
}

/** Servers that count no tokens exist; an estimate is worth more than nothing. */
function counted(reply: Reply, request: ChatRequest): Reply {
  const { inputTokens, outputTokens } = reply.usage
  if (inputTokens > 0 || outputTokens > 0) return { ...reply, usage: { inputTokens, outputTokens } }
  const asked = request.messages.reduce((sum, { content }) => sum + estimateTokens(content), 0)
  const written = reply.calls.reduce(
    (sum, call) => sum + estimateTokens(call.arguments),
    estimateTokens(reply.text),
  )
  return { ...reply, usage: { inputTokens: asked, outputTokens: written } }
}

/** Aborts when nothing was heard for too long. */
class Silence {
  readonly #controller = new AbortController()
  readonly #reading: Reading
  #cancel: () => void

  constructor(reading: Reading) {
    this.#reading = reading
    this.#cancel = this.#wait()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  broken(): void {
    this.#cancel()
    this.#cancel = this.#wait()
  }

  end(): void {
    this.#cancel()
  }

  #wait(): () => void {
    return this.#reading.clock.after(this.#reading.silenceMs(), () => this.#controller.abort())
  }
}
