import type { ChatCompletionChunk } from 'openai/resources/chat/completions'
import { ChatFailure, type ToolCall } from '../../core/ports/chat-model.js'

type Delta = ChatCompletionChunk.Choice.Delta.ToolCall

// Far above what a tool of ours can take; a model that runs on must not fill the memory.
const longestArguments = 64 * 1024
const mostCalls = 32

/** Puts tool calls together that come in parts, told apart by their index. */
export class CallParts {
  readonly #calls = new Map<number, ToolCall>()

  get some(): boolean {
    return this.#calls.size > 0
  }

  /** Gives whether there was anything. */
  take(deltas: readonly Delta[] | undefined): boolean {
    for (const delta of deltas ?? []) this.#add(delta)
    return deltas !== undefined && deltas.length > 0
  }

  whole(): ToolCall[] {
    return [...this.#calls.values()].map((call, index) => ({ ...call, id: call.id || `call_${index}` }))
  }

  #add({ index = 0, id, function: part }: Delta): void {
    const call = this.#calls.get(index) ?? { id: '', name: '', arguments: '' }
    call.id ||= id ?? ''
    call.name += part?.name ?? ''
    call.arguments += part?.arguments ?? ''
    this.#calls.set(index, call)
    if (call.arguments.length > longestArguments || this.#calls.size > mostCalls)
      throw new ChatFailure('garbled', 'The model runs on in its tool calls.')
  }
}
