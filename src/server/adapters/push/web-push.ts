import { createECDH } from 'node:crypto'
import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { rootCertificates } from 'node:tls'
import { ConfigError } from '../../../config.js'
import type { Push, PushAddress, PushAnswer } from '../../core/ports/push-sender.js'
import { patientPost } from '../outbound/patient-post.js'
import type { OutboundAnswer } from '../outbound/post.js'
import {
  keptConnections,
  maximumBytes,
  type PushTools,
  type Service,
  timeoutMs,
  unanswered,
} from './service.js'

/** Who sends, as push services know it (RFC 8292): keys in base64url. */
export interface Vapid {
  /** `mailto:…` or `https://…` */
  subject: string
  publicKey: string
  privateKey: string
}

type Subscription = Extract<PushAddress, { kind: 'web' }>

/** Web push (RFC 8030, 8291, 8292). Throws ConfigError when the keys cannot work. */
export async function webPushService(vapidDetails: Vapid, tools: PushTools): Promise<Service<'web'>> {
  assertUsable(vapidDetails)
  const { default: webPush } = await import('web-push')
  const { clock, guard, certificates } = tools
  const trusted = certificates === undefined ? {} : { ca: [...rootCertificates, certificates] }
  const agents = {
    http: new HttpAgent(keptConnections),
    https: new HttpsAgent({ ...keptConnections, ...trusted }),
  }
  const patience = { clock, timeoutMs, who: 'The push service' }

  function requestOf({ endpoint, keys }: Subscription, push: Push) {
    const options = {
      vapidDetails,
      TTL: push.ttlSeconds,
      topic: push.collapseKey,
      urgency: 'high',
      contentEncoding: 'aes128gcm',
    } as const
    const { body, headers } = webPush.generateRequestDetails({ endpoint, keys }, bodyOf(push), options)
    const { 'Content-Length': _length, ...others } = headers
    const texts = Object.entries(others).map(([name, value]) => [name.toLowerCase(), String(value)])
    return { url: endpoint, headers: Object.fromEntries(texts) as Record<string, string>, body }
  }

  return async (subscription, push, signal) => {
    try {
      const request = requestOf(subscription, push)
      return answerOf(await patientPost(guard, { ...request, maximumBytes, agents }, patience, signal))
    } catch (error) {
      return unanswered(error)
    }
  }
}

/** What the page's service worker finds in `event.data.json()`. */
const bodyOf = ({ title, body, appId, conversationId, messageId }: Push): string =>
  JSON.stringify({
    title,
    body,
    app_id: appId,
    conversation_id: conversationId,
    message_id: messageId,
  })

function answerOf({ status, headers, text }: OutboundAnswer): PushAnswer {
  const answer = { status, retryAfter: headers['retry-after'] ?? null, body: text }
  if (status >= 200 && status <= 299) return { ...answer, outcome: 'taken', error: null }
  if (status === 404 || status === 410)
    return {
      ...answer,
      outcome: 'gone',
      error: `The push service answered ${status}: the subscription has ended.`,
    }
  return { ...answer, outcome: 'failed', error: `The push service answered ${status}.` }
}

function assertUsable({ subject, publicKey, privateKey }: Vapid): void {
  if (!/^(mailto:[^\s@]+@[^\s@]+|https:\/\/\S+)$/.test(subject))
    throw new ConfigError([
      'PUSH_VAPID_SUBJECT must be an address such as mailto:push@shop.example or https://shop.example.',
    ])
  if (publicOf(privateKey) !== publicKey)
    throw new ConfigError([
      'PUSH_VAPID_PUBLIC_KEY does not belong to PUSH_VAPID_PRIVATE_KEY. Take both from one run of "replyhq keys vapid".',
    ])
}

function publicOf(privateKey: string): string | null {
  const pair = createECDH('prime256v1')
  try {
    pair.setPrivateKey(Buffer.from(privateKey, 'base64url'))
    return pair.getPublicKey('base64url')
  } catch {
    return null
  }
}
