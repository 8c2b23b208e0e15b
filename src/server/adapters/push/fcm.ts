import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { z } from 'zod'
import type { Push, PushAnswer } from '../../core/ports/push-sender.js'
import { patientPost } from '../outbound/patient-post.js'
import type { OutboundAnswer } from '../outbound/post.js'
import { GoogleAccess } from './access-token.js'
import {
  jsonOf,
  keptConnections,
  maximumBytes,
  type PushTools,
  type Service,
  timeoutMs,
  unanswered,
} from './service.js'
import type { ServiceAccount } from './service-account.js'

// https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode
const failure = z.object({
  error: z.object({
    message: z.string().default(''),
    details: z.array(z.object({ errorCode: z.string().optional() })).default([]),
  }),
})

/** Firebase Cloud Messaging by its HTTP v1 API. */
export function firebase(account: ServiceAccount, url: string, tools: PushTools): Service<'fcm'> {
  const { clock, report } = tools
  const agents = { http: new HttpAgent(keptConnections), https: new HttpsAgent(keptConnections) }
  const access = new GoogleAccess(account, clock, agents)
  const sendUrl = `${url}/v1/projects/${account.projectId}/messages:send`
  const patience = { clock, timeoutMs, who: 'Firebase' }
  let refused = false

  function post(token: string, body: string, signal?: AbortSignal): Promise<OutboundAnswer> {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    // An operator named this address, so it may be a private one.
    return patientPost(() => true, { url: sendUrl, headers, body, maximumBytes, agents }, patience, signal)
  }

  async function ask(body: string, signal?: AbortSignal): Promise<PushAnswer> {
    const token = await access.token()
    const first = answerOf(await post(token, body, signal))
    if (!isRefusal(first)) return first
    access.forget(token)
    return answerOf(await post(await access.token(), body, signal))
  }

  return async ({ token }, push, signal) => {
    const body = JSON.stringify({ message: messageOf(token, push, clock.now()) })
    const answer = await ask(body, signal).catch(unanswered)
    // Once, until it works again: all pushes fail alike.
    if (isRefusal(answer) && !refused)
      report(
        new Error(
          `Firebase answered ${answer.status}. Give the service account of PUSH_FCM_SERVICE_ACCOUNT_FILE the role of sending messages, and check that its project is the app's.`,
        ),
        'sending push notifications',
      )
    refused = answer.status === null ? refused : isRefusal(answer)
    return answer
  }
}

const isRefusal = ({ outcome, status }: PushAnswer) =>
  outcome === 'failed' && (status === 401 || status === 403)

function answerOf({ status, headers, text }: OutboundAnswer): PushAnswer {
  const retryAfter = headers['retry-after'] ?? null
  if (status >= 200 && status <= 299) return { outcome: 'taken', status, error: null, retryAfter, body: null }
  const { codes, message } = failureOf(text)
  if (isGone(status, codes, message)) {
    const error = `Firebase does not know this device any more (${codes.join(', ') || status}).`
    return { outcome: 'gone', status, error, retryAfter, body: text }
  }
  const error = `Firebase answered ${[status, ...codes].join(' ')}.`
  return { outcome: 'failed', status, error, retryAfter, body: text }
}

/**
 * The app was removed, the token is none, or one of another project. A 404 alone is not enough: it may come from a
 * wrong address or project, and must not cost every device its token.
 */
const isGone = (status: number, codes: string[], message: string): boolean =>
  codes.includes('UNREGISTERED') ||
  codes.includes('SENDER_ID_MISMATCH') ||
  (status === 400 && codes.includes('INVALID_ARGUMENT') && /registration token/i.test(message))

function failureOf(text: string): { codes: string[]; message: string } {
  const parsed = failure.safeParse(jsonOf(text))
  if (!parsed.success) return { codes: [], message: '' }
  const { details, message } = parsed.data.error
  return { message, codes: details.flatMap(({ errorCode }) => (errorCode === undefined ? [] : [errorCode])) }
}

// https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages
function messageOf(token: string, push: Push, now: number) {
  const { title, body, collapseKey, ttlSeconds } = push
  return {
    token,
    notification: { title, body },
    data: {
      app_id: push.appId,
      conversation_id: push.conversationId,
      message_id: push.messageId,
    },
    android: {
      collapse_key: collapseKey,
      priority: 'HIGH',
      ttl: `${ttlSeconds}s`,
      notification: { tag: collapseKey },
    },
    apns: {
      headers: {
        'apns-collapse-id': collapseKey,
        'apns-expiration': String(Math.floor(now / 1_000) + ttlSeconds),
        'apns-priority': '10',
      },
      payload: { aps: { sound: 'default', 'thread-id': push.conversationId } },
    },
  }
}
