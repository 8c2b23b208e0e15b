import type { ChatMessage, ToolCall } from '../ports/chat-model.js'
import { ChatFailure } from '../ports/chat-model.js'
import type { Reply } from './reply.js'
import type { CheckedCall, Toolbox, TransferRequest } from './tools.js'

/** Replies with tool calls in one turn; after them the model must say something. */
const mostRounds = 5

export type Result =
  | { type: 'reply'; text: string }
  | { type: 'transfer'; request: TransferRequest; text: string }

export interface Rounds {
  toolbox: Toolbox
  /** One reply of the model to what was exchanged with tools so far. */
  ask(exchange: readonly ChatMessage[], mayCall: boolean): Promise<Reply>
  /** Calls a tool over HTTP; `place` names the call in its turn. Never throws for a tool that fails. */
  call(call: Extract<CheckedCall, { type: 'http' }>, place: string): Promise<string>
}

type Checked = CheckedCall & { asked: ToolCall }

/** Lets the model call tools until it says something or hands over. Throws ChatFailure when it misuses them. */
export async function talk({ toolbox, ask, call }: Rounds): Promise<Result> {
  const exchange: ChatMessage[] = []
  let said = ''
  let mistaken = false
  for (let round = 0; ; round++) {
    const { text, calls } = await ask(exchange, round < mostRounds)
    said = text.trim() === '' ? said : text
    if (calls.length === 0) return { type: 'reply', text: said }
    if (round >= mostRounds)
      throw new ChatFailure('refused', `The model calls tools in more than ${mostRounds} rounds.`)
    const checked = calls.map((asked): Checked => ({ ...toolbox.check(asked.name, asked.arguments), asked }))
    const transfer = checked.find((one) => one.type === 'transfer')
    if (transfer !== undefined) return { type: 'transfer', request: transfer.request, text: said }
    const wrong = checked.find((one) => one.type === 'wrong')
    if (wrong !== undefined && mistaken)
      throw new ChatFailure('refused', `The model misuses its tools: ${wrong.why}`)
    mistaken ||= wrong !== undefined
    exchange.push({ role: 'assistant', content: text, calls }, ...(await results(checked, round, call)))
  }
}

function results(checked: readonly Checked[], round: number, call: Rounds['call']): Promise<ChatMessage[]> {
  return Promise.all(
    checked.map(async (one, index): Promise<ChatMessage> => {
      const content = one.type === 'http' ? await call(one, `${round}_${index}`) : errorResult(one)
      return { role: 'tool', callId: one.asked.id, content }
    }),
  )
}

const errorResult = (one: Checked): string =>
  JSON.stringify({ error: one.type === 'wrong' ? one.why : 'This cannot be called now.' })
