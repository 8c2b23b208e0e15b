import type { AdminClient, AdminClientOptions, QueueCalls, SettingsCalls } from '../types/admin.js'
import type { QueueEntry, Settings } from '../types/wire.js'
import { Access } from './access.js'
import { adminConversationCalls } from './admin-conversations.js'
import { agentCalls, cannedReplyCalls, contactCalls, keyCalls, membershipCalls } from './admin-people.js'
import { AgentCalls } from './agent-calls.js'
import { authCalls } from './auth.js'
import { download } from './download.js'
import { eventCalls } from './events.js'
import { Http } from './http.js'
import { deliveryCalls, webhookCalls } from './outside.js'
import { pageOf, partOf } from './pages.js'
import { path } from './query.js'
import { upload } from './upload.js'

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
    settings: settingsCalls(calls),
    webhooks: webhookCalls(calls),
    deliveries: deliveryCalls(calls),
    events: eventCalls(calls),
    trace: (messageId) => partOf('trace', calls.get(path`/v1/admin/messages/${messageId}/trace`)),
    sessions: () => partOf('sessions', calls.get('/v1/admin/sessions')),
    tags: () => partOf('tags', calls.get('/v1/admin/tags')),
    upload: (name, content) => upload(calls, name, content),
    download: (attachment) => download(http, attachment),
    stats: () => partOf('stats', calls.get('/v1/admin/stats')),
    audit: (query) => pageOf('events', calls.get('/v1/admin/audit', query)),
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

interface WireSettings {
  readonly name: string
  readonly settings: Settings
}

function settingsCalls(calls: AgentCalls): SettingsCalls {
  const named = async (answer: Promise<WireSettings>) => {
    const { name, settings } = await answer
    return { name, ...settings }
  }
  return {
    get: () => named(calls.get('/v1/admin/settings')),
    patch: (changes) => named(calls.send('PATCH', '/v1/admin/settings', changes)),
  }
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
