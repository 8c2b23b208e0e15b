import type * as model from '../model.js'
import type { New, Patch } from './rows.js'

export interface MemberRow {
  agent: model.Agent
  membership: model.Membership
  /** Open conversations assigned to the agent in this app. */
  active: number
}

export interface AgentQueries {
  insert(agent: New<model.Agent>): Promise<model.Agent>
  update(key: number, patch: Patch<model.Agent>): Promise<model.Agent | undefined>
  remove(key: number): Promise<void>
  byId(id: string): Promise<model.Agent | undefined>
  byKey(key: number): Promise<model.Agent | undefined>
  /** The same row, locked until the transaction ends. */
  lock(key: number): Promise<model.Agent | undefined>
  /** The address is stored in lower case. */
  byEmail(email: string): Promise<model.Agent | undefined>
  list(): Promise<model.Agent[]>
  saveMembership(membership: model.Membership): Promise<void>
  removeMembership(appKey: number, agentKey: number): Promise<boolean>
  membership(appKey: number, agentKey: number): Promise<model.Membership | undefined>
  memberships(agentKey: number): Promise<{ app: model.App; membership: model.Membership }[]>
  members(appKey: number): Promise<MemberRow[]>
}

export interface TokenQueries {
  insertRefresh(token: New<model.RefreshToken>): Promise<void>
  refreshByHash(hash: string): Promise<model.RefreshToken | undefined>
  /** Gives false when it was used already: exactly one caller gets true. */
  useRefresh(key: number, at: number): Promise<boolean>
  revokeFamily(family: string, at: number): Promise<void>
  revokeRefreshOf(agentKey: number, at: number): Promise<void>
  insertPersonal(token: New<model.PersonalToken>): Promise<model.PersonalToken>
  personalByHash(hash: string): Promise<model.PersonalToken | undefined>
  touchPersonal(key: number, at: number): Promise<void>
  personalOf(agentKey: number): Promise<model.PersonalToken[]>
  revokePersonal(agentKey: number, id: string, at: number): Promise<boolean>
}
