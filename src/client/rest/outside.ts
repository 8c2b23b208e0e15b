import type { DeliveryCalls, WebhookCalls } from '../types/outside.js'
import type { AgentCalls } from './agent-calls.js'
import { pageOf, partOf } from './pages.js'
import { path } from './query.js'

export function webhookCalls(calls: AgentCalls): WebhookCalls {
  const root = '/v1/admin/webhooks'
  const at = (id: string) => `${root}${path`/${id}`}`
  return {
    list: () => partOf('webhooks', calls.get(root)),
    one: (id) => partOf('webhook', calls.get(at(id))),
    add: (input) => calls.post(root, input),
    update: (id, changes) => partOf('webhook', calls.send('PATCH', at(id), changes)),
    remove: (id) => calls.send('DELETE', at(id)),
    rotate: (id) => calls.post(`${at(id)}/rotate`),
    test: (id) => partOf('attempt', calls.post(`${at(id)}/test`)),
  }
}

export function deliveryCalls(calls: AgentCalls): DeliveryCalls {
  const root = '/v1/admin/deliveries'
  const at = (id: string) => `${root}${path`/${id}`}`
  return {
    list: (query) => pageOf('deliveries', calls.get(root, query)),
    one: (id) => calls.get(at(id)),
    replay: (id) => partOf('delivery', calls.post(`${at(id)}/replay`)),
    replayDead: (which) => partOf('replayed', calls.post(`${root}/replay`, { state: 'dead', ...which })),
  }
}
