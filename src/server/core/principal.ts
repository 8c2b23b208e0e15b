import type { App, KeyScope, Role } from './model.js'

/** Whom the access tokens of agents are made for: a host application's tokens never are. */
export const agentAudience = 'replyhq-agent'

/** A person who writes, known by a publishable key and a device. */
export interface Visitor {
  type: 'visitor'
  app: App
  contact: { key: number; id: string; externalId: string | null; name: string | null }
  deviceId: string
}

/** A person whom the host application signed in: its token says who it is. */
export interface Member {
  type: 'member'
  app: App
  contact: { key: number; id: string; externalId: string; name: string | null }
}

/** Whoever writes, of the side that is served. */
export type Customer = Visitor | Member

/** A person who answers. `app` and `role` are those of the app that the request is about. */
export interface AgentPrincipal {
  type: 'agent'
  agent: { key: number; id: string; name: string }
  app: App
  role: Role
}

/** Software that holds a secret key. */
export interface ServerPrincipal {
  type: 'server'
  app: App
  keyId: string
  scopes: KeyScope[]
  /** When the key ends, or null. */
  expiresAt: number | null
}

/** Whoever runs the command line on the machine. */
export interface Operator {
  type: 'operator'
  app: App
}

export type Staff = AgentPrincipal | ServerPrincipal | Operator
export type Principal = Customer | Staff

export const isCustomer = (principal: Principal): principal is Customer =>
  principal.type === 'visitor' || principal.type === 'member'

/** An agent who is signed in, before an app is chosen. */
export interface SignedInAgent {
  agent: { key: number; id: string; name: string; email: string }
  /** When the credential ends, or null when it does not by itself. */
  expiresAt: number | null
}
