import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { isIP } from 'node:net'
import type { WebhookAnswer, WebhookRequest, WebhookSender } from '../core/ports/webhook-sender.js'
import type { Clock } from '../core/ports.js'
import { type AddressGuard, addressGuard } from './outbound/addresses.js'
import { hostOf, type OutboundAgents, post } from './outbound/post.js'

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

function refuses(guard: AddressGuard, url: URL): boolean {
  const host = hostOf(url)
  if (isIP(host) !== 0) return !guard(host)
  return /(^|\.)localhost\.?$/i.test(host) && !guard('127.0.0.1')
}

async function send(
  guard: AddressGuard,
  agents: OutboundAgents,
  request: WebhookRequest,
  { clock, timeoutMs }: WebhookSenderOptions,
  broken?: AbortSignal,
): Promise<WebhookAnswer> {
  const controller = new AbortController()
  const { signal } = controller
  const tooLong = new Error(`The receiver did not answer within ${timeoutMs / 1_000} s.`)
  const cancel = clock.after(timeoutMs, () => controller.abort(tooLong))
  const breakOff = () => controller.abort(new Error('The server stops.'))
  broken?.addEventListener('abort', breakOff)
  try {
    const answer = await post(guard, { ...request, signal, maximumBytes, agents })
    return {
      status: answer.status,
      retryAfter: answer.headers['retry-after'] ?? null,
      body: answer.text,
    }
  } catch (error) {
    throw explained(signal.aborted ? signal.reason : error)
  } finally {
    cancel()
    broken?.removeEventListener('abort', breakOff)
  }
}

/** What the system says hides in a list where several addresses were tried. */
function explained(error: unknown): Error {
  if (error instanceof AggregateError && error.errors.length > 0) return explained(error.errors[0])
  return error instanceof Error ? error : new Error(String(error))
}
