import { complete } from '../conversations/views.js'
import type { ConversationView } from '../events.js'
import type { Conversation } from '../model.js'
import type { Queries } from '../ports.js'
import type { ToldConversation } from './facts.js'

/** What is told of a conversation, as the transaction that changes it sees it. */
export async function toldConversation(read: Queries, conversation: Conversation): Promise<ToldConversation> {
  const { id, key } = conversation
  // One after the other: in a transaction there is one connection.
  const contact = await contactOf(read, conversation)
  const assignee = await assigneeOf(read, conversation)
  const participants = conversation.kind === 'support' ? [] : await read.members.active([key])
  const newest = await read.messages.newest([key])
  const [lastMessage] = await complete(read, id, key, newest)
  return { conversation, contact, assignee, participants, lastMessage: lastMessage ?? null }
}

async function contactOf(read: Queries, { contactKey }: Conversation): Promise<ConversationView['contact']> {
  const contact = contactKey === null ? undefined : await read.contacts.byKey(contactKey)
  if (contact === undefined) return null
  const { id, externalId, name, email, phone } = contact
  return { id, externalId, name, email, phone }
}

async function assigneeOf(
  read: Queries,
  { assigneeKey }: Conversation,
): Promise<ConversationView['assignee']> {
  const agent = assigneeKey === null ? undefined : await read.agents.byKey(assigneeKey)
  return agent === undefined ? null : { id: agent.id, name: agent.name }
}
