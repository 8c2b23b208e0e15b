import type { AdminClient, AdminClientOptions, QueueCalls } from '../types/admin.js'
import type { QueueEntry } from '../types/wire.js'
import { Access } from './access.js'
import { adminConversationCalls } from './admin-conversations.js'
import { agentCalls, cannedReplyCalls, contactCalls, keyCalls, membershipCalls } from './admin-people.js'
import { AgentCalls } from './agent-calls.js'
import { authCalls } from './auth.js'
import { Http } from './http.js'
import { pageOf, partOf } from './pages.js'

/** A REST client for agents (`token`, `session` or `auth.login`) and for servers (`apiKey`). */
export function createAdminClient(options: AdminClientOptions): AdminClient {
  const http = new Http(options)
  return adminClient(http, new Access(http, options), options.appId)
}

function adminClient(http: Http, access: Access, appId: string | undefined): AdminClient {
  const calls = new AgentCalls(http, access, appId)
  const conversations = adminConversationCalls(calls)
  return {
    url: http.url,
    appId,
    withApp: (other) => adminClient(http, access, other),
    auth: authCalls(http, access, calls),
    conversations,
    queue: queueCalls(calls),
    contacts: contactCalls(calls),
    agents: agentCalls(calls),
    memberships: membershipCalls(calls),
    cannedReplies: cannedReplyCalls(calls),
    keys: keyCalls(calls),
    settings: {
      get: () => partOf('settings', calls.get('/v1/admin/settings')),
      patch: (changes) => partOf('settings', calls.send('PATCH', '/v1/admin/settings', changes)),
    },
    stats: () => partOf('stats', calls.get('/v1/admin/stats')),
    audit: (query) => pageOf('audit_events', calls.get('/v1/admin/audit', query)),
    search: (text, query) => conversations.list({ ...query, q: text }),
    request: (method, path, body) => calls.send(method, path, body),
    credentials: (renew) => credentialsOf(access, appId, renew),
  }
}

async function credentialsOf(
  access: Access,
  appId: string | undefined,
  renew = false,
): ReturnType<AdminClient['credentials']> {
  const { secretKey } = access
  if (secretKey !== undefined && appId !== undefined) return { api_key: secretKey, app_id: appId }
  const token = renew && access.renewable ? (await access.renew()).accessToken : await access.token()
  return appId === undefined ? { token } : { token, app_id: appId }
}

interface WireQueue {
  readonly queue: QueueEntry[]
  readonly next_cursor: string | null
  readonly size: number
  readonly change: number
}

function queueCalls(calls: AgentCalls): QueueCalls {
  return {
    list: async (query) => {
      const { queue, next_cursor, size, change } = await calls.get<WireQueue>('/v1/admin/queue', query)
      return { items: queue, nextCursor: next_cursor, size, change }
    },
    next: () => partOf('conversation', calls.post('/v1/admin/queue/next', {})),
  }
}
