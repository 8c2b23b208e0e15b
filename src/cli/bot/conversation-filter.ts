import { z } from 'zod'
import type { ConversationList } from '../../server/core/conversations/conversations.js'
import { CommandError } from '../errors.js'
import { faultsOf } from '../plan/faults.js'

/** Which conversations a replay takes: some by their ids, or those that fit. */
export type ConversationFilter =
  | { readonly ids: readonly string[] }
  | { readonly query: Omit<ConversationList, 'limit' | 'beforeKey'> }

const schema = z.strictObject({
  status: z.enum(['open', 'snoozed', 'closed']).optional(),
  handler: z.enum(['bot', 'queue', 'agent']).optional(),
  assignee: z.string().optional(),
  tag: z.string().optional(),
  contact: z.string().optional(),
  search: z.string().optional(),
})

/** Reads `all`, `conv_…,conv_…`, or `status=closed,tag=refund`. Throws CommandError `usage`. */
export function parseConversationFilter(text: string): ConversationFilter {
  const parts = text.split(',').map((part) => part.trim())
  if (parts.every((part) => part.startsWith('conv_'))) return { ids: parts }
  if (text === 'all') return { query: {} }
  const parsed = schema.safeParse(Object.fromEntries(parts.map(parsePair)))
  if (!parsed.success)
    throw new CommandError('usage', faultsOf(parsed.error, Object.keys(schema.shape)).join('\n'))
  const { search, ...query } = parsed.data
  return { query: { ...query, ...(search === undefined ? {} : { text: search }) } }
}

function parsePair(part: string): [string, string] {
  const [, name, value] = /^(\w+)=(.+)$/.exec(part) ?? []
  if (name !== undefined && value !== undefined) return [name, value]
  const hint = 'Take all, ids of conversations, or pairs such as status=closed,tag=refund.'
  throw new CommandError('usage', `"${part}" says nothing about conversations.`, hint)
}
