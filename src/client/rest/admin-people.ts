import type {
  AgentCalls as AgentApi,
  CannedReplyCalls,
  ContactCalls,
  KeyCalls,
  MembershipCalls,
} from '../types/admin.js'
import type { AgentCalls } from './agent-calls.js'
import { pageOf, partOf } from './pages.js'
import { path } from './query.js'

export function contactCalls(calls: AgentCalls): ContactCalls {
  const at = (id: string) => path`/v1/admin/contacts/${id}`
  return {
    list: (query) => pageOf('contacts', calls.get('/v1/admin/contacts', query)),
    one: (id) => calls.get(at(id)),
    patch: (id, changes) => partOf('contact', calls.send('PATCH', at(id), changes)),
    merge: (id, from) => partOf('contact', calls.post(`${at(id)}/merge`, { from })),
    remove: (id) => calls.send('DELETE', at(id)),
    export: (id) => calls.get(`${at(id)}/export`),
  }
}

export function agentCalls(calls: AgentCalls): AgentApi {
  return {
    list: (query) => pageOf('agents', calls.get('/v1/admin/agents', query)),
    create: (input) => calls.post('/v1/admin/agents', input),
    status: (availability) =>
      partOf('agent', calls.send('PUT', '/v1/admin/agents/me/status', { availability })),
  }
}

export function membershipCalls(calls: AgentCalls): MembershipCalls {
  const at = (agentId: string) => path`/v1/admin/memberships/${agentId}`
  return {
    patch: (agentId, changes) => partOf('agent', calls.send('PATCH', at(agentId), changes)),
    remove: (agentId) => calls.send('DELETE', at(agentId)),
  }
}

export function cannedReplyCalls(calls: AgentCalls): CannedReplyCalls {
  const root = '/v1/admin/canned-replies'
  return {
    list: (query) => pageOf('canned_replies', calls.get(root, query)),
    create: (input) => partOf('canned_reply', calls.post(root, input)),
    update: (id, input) => partOf('canned_reply', calls.send('PATCH', `${root}${path`/${id}`}`, input)),
    remove: (id) => calls.send('DELETE', `${root}${path`/${id}`}`),
  }
}

export function keyCalls(calls: AgentCalls): KeyCalls {
  return {
    list: (query) => pageOf('keys', calls.get('/v1/admin/keys', query)),
    create: (input) => calls.post('/v1/admin/keys', input),
    rotate: (id, graceSeconds) =>
      calls.post(path`/v1/admin/keys/${id}/rotate`, { grace_seconds: graceSeconds }),
    revoke: (id) => calls.send('DELETE', path`/v1/admin/keys/${id}`),
  }
}
