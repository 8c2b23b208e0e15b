import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { WebhookAnswer, WebhookRequest, WebhookSender } from '../core/ports/webhook-sender.js'
import type { Clock } from '../core/ports.js'
import { type AddressGuard, addressGuard } from './outbound/addresses.js'
import { patientPost } from './outbound/patient-post.js'
import { type OutboundAgents, refuses } from './outbound/post.js'

export interface WebhookSenderOptions {
  clock: Clock
  allowPrivate: boolean
  /** Networks of private addresses that receivers may live in. */
  privateNetworks: readonly string[]
  timeoutMs: number
  /** Connections to one receiver that are kept for the next request. */
  keptConnections: number
}

/** What comes back beyond this is not read: nobody looks at more of an answer. */
const maximumBytes = 2 * 1024
const everywhere = ['0.0.0.0/0', '::/0']
// Below the five seconds after which many servers end an idle connection.
const keptForMs = 4_000

/** Posts webhooks over HTTP, on connections that are kept while there is more to say. */
export function httpWebhookSender(options: WebhookSenderOptions): WebhookSender {
  const guard = addressGuard(options.allowPrivate ? everywhere : options.privateNetworks)
  const kept = { keepAlive: true, maxFreeSockets: options.keptConnections, timeout: keptForMs }
  const agents = { http: new HttpAgent(kept), https: new HttpsAgent(kept) }
  return {
    refuses: (url) => refuses(guard, url),
    send: (request, signal) => send(guard, agents, request, options, signal),
  }
}

async function send(
  guard: AddressGuard,
  agents: OutboundAgents,
  request: WebhookRequest,
  { clock, timeoutMs }: WebhookSenderOptions,
  broken?: AbortSignal,
): Promise<WebhookAnswer> {
  const patience = { clock, timeoutMs, who: 'The receiver' }
  const answer = await patientPost(guard, { ...request, maximumBytes, agents }, patience, broken)
  return {
    status: answer.status,
    retryAfter: answer.headers['retry-after'] ?? null,
    body: answer.text,
  }
}
