/** What was said so far, as a model is told it. */
export type ChatMessage =
  | { role: 'system' | 'user'; content: string }
  | { role: 'assistant'; content: string; calls: readonly ToolCall[] }
  | { role: 'tool'; callId: string; content: string }

/** A call that the model asks for. `arguments` is what it wrote: JSON, or what it took for it. */
export interface ToolCall {
  id: string
  name: string
  arguments: string
}

export interface ChatTool {
  name: string
  description: string
  /** JSON Schema of an object. */
  parameters: Record<string, unknown>
}

export interface ChatRequest {
  model: string
  temperature: number | null
  messages: readonly ChatMessage[]
  tools: readonly ChatTool[]
  /** False: the tools are shown, because they occur in the messages, but must not be called any more. */
  mayCall: boolean
}

/** A part of a reply, as it comes. `progress` says that something came which is no text. */
export type ChatPiece =
  | { type: 'text'; text: string }
  | { type: 'progress' }
  | { type: 'call'; call: ToolCall }
  | { type: 'usage'; inputTokens: number; outputTokens: number }
  | { type: 'end'; reason: 'stop' | 'calls' | 'length' }

/**
 * A language model that answers piece by piece. The last piece but for `usage` is `end`: a stream without it was
 * cut. Throws ChatFailure, and what the signal was aborted with.
 */
export interface ChatModel {
  stream(request: ChatRequest, signal: AbortSignal): AsyncIterable<ChatPiece>
}

/**
 * `busy`: it asks to come back later; `down`: it does not answer or fails; `garbled`: what it says cannot be
 * understood; `refused`: it will not, however often it is asked.
 */
export type ChatFailureKind = 'busy' | 'down' | 'garbled' | 'refused'

/** Why a model gave no reply. The message is for the log, never for a visitor. */
export class ChatFailure extends Error {
  override readonly name = 'ChatFailure'
  readonly kind: ChatFailureKind
  /** How long it asks to be left alone, in milliseconds; null when it does not say. */
  readonly retryAfterMs: number | null

  constructor(
    kind: ChatFailureKind,
    message: string,
    options: { retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.kind = kind
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}

/** A tool of an app, called over HTTP. */
export interface ToolEndpoint {
  url: string
  /** Signs the call: `whsec_` and base64. */
  secret: string
}

/** Calls the tools that apps bring. */
export interface ToolCaller {
  /**
   * Posts a body with a signature, under an id that stays the same when the same call is made again. Gives what
   * came back as text, cut to a length. Throws an Error with a sentence for anything but success.
   */
  call(endpoint: ToolEndpoint, id: string, body: string, signal: AbortSignal): Promise<string>
}
