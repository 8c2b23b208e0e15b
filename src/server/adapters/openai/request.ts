import type {
  ChatCompletionCreateParamsStreaming,
  ChatCompletionMessageParam,
} from 'openai/resources/chat/completions'
import type { ChatMessage, ChatRequest } from '../../core/ports/chat-model.js'

/** A request in the words of the chat completions API. */
export function completionParameters(request: ChatRequest): ChatCompletionCreateParamsStreaming {
  const { model, temperature, messages, tools, mayCall } = request
  return {
    model,
    stream: true,
    stream_options: { include_usage: true },
    messages: messages.map(messageParameter),
    ...(temperature === null ? {} : { temperature }),
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map((tool) => ({ type: 'function' as const, function: { ...tool } })),
          tool_choice: mayCall ? 'auto' : 'none',
        }),
  }
}

function messageParameter(message: ChatMessage): ChatCompletionMessageParam {
  switch (message.role) {
    case 'tool':
      return { role: 'tool', tool_call_id: message.callId, content: message.content }
    case 'assistant':
      return assistantParameter(message)
    default:
      return { role: message.role, content: message.content }
  }
}

function assistantParameter({
  content,
  calls,
}: Extract<ChatMessage, { role: 'assistant' }>): ChatCompletionMessageParam {
  if (calls.length === 0) return { role: 'assistant', content }
  return {
    role: 'assistant',
    content: content === '' ? null : content,
    tool_calls: calls.map(({ id, name, arguments: written }) => ({
      id,
      type: 'function',
      function: { name, arguments: written },
    })),
  }
}
