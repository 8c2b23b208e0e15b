import { forbidden, invalid } from '../../core/errors.js'
import type { Core } from '../../core/index.js'
import type { App } from '../../core/model.js'
import type { AgentPrincipal, Operator, Staff, Visitor } from '../../core/principal.js'
import type { Connection } from '../connection.js'

/** What a handshake opened: the door of customers, of staff, or of both where nobody is asked. */
export type Door =
  | { readonly type: 'customer'; readonly app: App }
  | { readonly type: 'staff'; readonly staff: Staff }
  | { readonly type: 'anonymous'; readonly app: App }

export interface HandoffSession {
  readonly door: Door
  /** Since `customer:start_chat`. */
  visitor: Visitor | null
  /** Since `agent:join`; a server has none. */
  agent: AgentPrincipal | null
  /** Ids of the conversations that the agent serves. */
  readonly sessions: Set<string>
}

export type HandoffConnection = Connection<HandoffSession>

export const conversationRoom = (conversationKey: number): string => `handoff:c${conversationKey}`
export const agentsRoom = (appKey: number): string => `handoff:a${appKey}`

/** The app whose customers may start chats here. */
export function customersApp({ door }: HandoffSession): App {
  if (door.type !== 'staff') return door.app
  throw forbidden('This is the connection of an agent. Customers connect with a publishable key.')
}

/** Who acts for customers' events. Throws invalid_request before they said who they are. */
export function visitorOf({ visitor }: HandoffSession): Visitor {
  if (visitor !== null) return visitor
  throw invalid('Say who writes first, with customer:start_chat.')
}

/** Who acts for agents' and admins' events. */
export function staffOf({ door, agent }: Pick<HandoffSession, 'door' | 'agent'>): Staff {
  if (agent !== null) return agent
  if (door.type === 'staff') return door.staff
  if (door.type === 'customer') throw forbidden('Only agents do this. Connect with an agent’s token.')
  throw invalid('Join first, with agent:join.')
}

/** Who acts for admins' events. Where nobody is asked who they are, whoever connects is on the machine, as its operator. */
export function adminOf(session: HandoffSession): Staff {
  return nobodyAsked(session) ?? staffOf(session)
}

/** Where nobody is asked who they are: who may do what needs no name. */
export const nobodyAsked = ({ door }: HandoffSession): Operator | null =>
  door.type === 'anonymous' ? { type: 'operator', app: door.app } : null

/** Who joins: the agent of the token, or a guest by name where nobody is asked. */
export async function agentOf(
  core: Core,
  { door }: HandoffSession,
  name: string | undefined,
): Promise<AgentPrincipal> {
  if (door.type === 'anonymous') return core.agents.guest(door.app, name ?? 'Agent')
  const staff = staffOf({ door, agent: null })
  if (staff.type === 'agent') return staff
  throw invalid('A server is no agent. Connect with an agent’s token to serve customers.')
}
