import type { ConversationView, DomainEvent } from '../../core/events.js'
import type { Core } from '../../core/index.js'
import type { AgentPrincipal, Staff } from '../../core/principal.js'
import { conversationRoom, type HandoffConnection } from './session.js'
import { session } from './wire.js'

// Of all connections only agents are asked at every change of a conversation: customers may be thousands.
const serving = new WeakMap<Core, Set<HandoffConnection>>()

const agentsOf = (core: Core): Set<HandoffConnection> => {
  const agents = serving.get(core) ?? new Set()
  serving.set(core, agents)
  return agents
}

export const beginServing = (core: Core, connection: HandoffConnection): void => {
  agentsOf(core).add(connection)
}

export const endServing = (core: Core, connection: HandoffConnection): void => {
  agentsOf(core).delete(connection)
}

/** All sessions that an agent who comes (back) has already, so that nothing of them is missed after a cut. */
export async function resumeSessions(
  core: Core,
  connection: HandoffConnection,
  agent: AgentPrincipal,
): Promise<void> {
  const limit = core.limits.pageSizeMaximum
  const own = await core.conversations.list(agent, {
    assignee: 'me',
    status: 'open',
    handler: 'agent',
    limit,
  })
  for (const view of own.toReversed()) await assign(core, connection, agent, view)
}

/** Whoever is given a session, wherever that happened, gets it with what was said; whoever loses it hears no more of it. */
export function followAssignments(core: Core, event: DomainEvent): void {
  if (event.type !== 'conversation.updated') return
  for (const connection of agentsOf(core)) {
    const { agent, sessions } = connection.session
    if (agent === null || agent.app.key !== event.conversation.appKey) continue
    const { id, key } = event.view.conversation
    if (!isServedBy(agent, event.view)) {
      if (sessions.delete(id)) connection.leave(conversationRoom(key))
    } else if (!sessions.has(id))
      assign(core, connection, agent, event.view).catch((error) =>
        core.report(error, 'giving a session to an agent'),
      )
  }
}

const isServedBy = ({ agent }: AgentPrincipal, { assignee, conversation }: ConversationView): boolean =>
  assignee?.id === agent.id && conversation.handler === 'agent' && conversation.status === 'open'

/** From here on the agent hears everything of the session; first what was said so far, notes for agents included. */
export async function assign(
  core: Core,
  connection: HandoffConnection,
  staff: Staff,
  view: ConversationView,
): Promise<void> {
  const { id, key } = view.conversation
  connection.session.sessions.add(id)
  connection.join(conversationRoom(key))
  const { messages } = await core.history.page(staff, id, { limit: core.limits.pageSizeMaximum })
  connection.emit(['session:assigned', { sessionId: id, session: session(view, messages) }])
}
