import type { Contact } from '../model.js'
import type { Subject } from './prompt.js'

/** The most that a model is told by one call, in UTF-16 units. */
export const longestResult = 8_000

/**
 * What a tool over HTTP is told. The model chooses the arguments alone: for whom the call is made comes from the
 * conversation, so that nobody can talk it into asking about somebody else.
 */
export function toolCallBody(
  tool: string,
  values: Record<string, unknown>,
  conversation: Subject,
  contact: Contact | undefined,
): string {
  const { id, channel, metadata, botContext } = conversation
  return JSON.stringify({
    type: 'tool.call',
    tool,
    arguments: values,
    conversation: { id, channel, metadata, bot_context: botContext },
    contact: contact && {
      id: contact.id,
      external_id: contact.externalId,
      name: contact.name,
      email: contact.email,
    },
  })
}
