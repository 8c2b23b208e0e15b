import { withLocalId } from '../local-id.js'
import type { AdminConversationCalls } from '../types/admin.js'
import type { AdminConversation } from '../types/wire.js'
import type { AgentCalls } from './agent-calls.js'
import { messagePage, pageOf, partOf, type WireMessages } from './pages.js'
import { path } from './query.js'

const root = '/v1/admin/conversations'

export function adminConversationCalls(calls: AgentCalls): AdminConversationCalls {
  const act = (id: string, verb: string, body: object = {}) =>
    partOf(
      'conversation',
      calls.post<{ conversation: AdminConversation }>(`${root}${path`/${id}/`}${verb}`, body),
    )
  return {
    list: (query) => pageOf('conversations', calls.get(root, query)),
    one: (id) => partOf('conversation', calls.get(`${root}${path`/${id}`}`)),
    patch: (id, changes) => partOf('conversation', calls.send('PATCH', `${root}${path`/${id}`}`, changes)),
    messages: async (id, query) =>
      messagePage(await calls.get<WireMessages>(`${root}${path`/${id}/messages`}`, query)),
    ...messageCalls(calls),
    claim: (id) => act(id, 'claim'),
    release: (id) => act(id, 'release'),
    transfer: (id, to) => act(id, 'transfer', to),
    close: (id, reason) => act(id, 'close', reason === undefined ? {} : { reason }),
    reopen: (id) => act(id, 'reopen'),
    snooze: (id, until) => act(id, 'snooze', { until }),
    addTag: (id, tag) => act(id, 'tags', { tag }),
    removeTag: (id, tag) =>
      partOf('conversation', calls.send('DELETE', `${root}${path`/${id}/tags/${tag}`}`)),
    export: (id) => calls.get(`${root}${path`/${id}/export`}`),
  }
}

type MessageCalls = Pick<AdminConversationCalls, 'post' | 'edit' | 'remove' | 'react' | 'unreact' | 'read'>

function messageCalls(calls: AgentCalls): MessageCalls {
  const at = (id: string, messageId: string) => `${root}${path`/${id}/messages/${messageId}`}`
  return {
    post: (id, draft) =>
      partOf('message', calls.post(`${root}${path`/${id}/messages`}`, withLocalId(draft), true)),
    edit: (id, messageId, body) => partOf('message', calls.send('PATCH', at(id, messageId), { body })),
    remove: (id, messageId) => partOf('message', calls.send('DELETE', at(id, messageId))),
    react: (id, messageId, emoji) =>
      partOf('message', calls.send('PUT', `${at(id, messageId)}${path`/reactions/${emoji}`}`)),
    unreact: (id, messageId, emoji) =>
      partOf('message', calls.send('DELETE', `${at(id, messageId)}${path`/reactions/${emoji}`}`)),
    read: (id, upToSequence) =>
      partOf('updated', calls.post(`${root}${path`/${id}/messages/read`}`, bound(upToSequence))),
  }
}

/** The body of a receipt: up to a sequence, or all there is. */
export function bound(upToSequence: number | undefined): object {
  return upToSequence === undefined ? {} : { up_to_sequence: upToSequence }
}
