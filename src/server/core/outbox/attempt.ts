import type { WebhookSender } from '../ports/webhook-sender.js'
import type { Clock } from '../ports.js'
import { webhookHeaders } from './envelope.js'
import type { DeliveryAttempt, Webhook } from './model.js'

/** One try, as it is shown and kept. */
export type AttemptResult = Omit<DeliveryAttempt, 'key' | 'deliveryKey'>

export interface Attempted {
  result: AttemptResult
  /** As the receiver wrote it. */
  retryAfter: string | null
}

const keptCharacters = 2_048

/** The secrets that are good now, the newest first. */
function liveSecrets({ secret, previousSecret, previousSecretUntil }: Webhook, now: number): string[] {
  const rotating = previousSecret !== null && previousSecretUntil !== null && previousSecretUntil > now
  return rotating ? [secret, previousSecret] : [secret]
}

/** Posts once and never throws: a failure is in the result. */
export async function attempt(
  sender: WebhookSender,
  clock: Clock,
  webhook: Webhook,
  { id, type, body, attempt }: { id: string; type: string; body: string; attempt: number },
  signal?: AbortSignal,
): Promise<Attempted> {
  const at = clock.now()
  const began = performance.now()
  const took = () => Math.round(performance.now() - began)
  const headers = webhookHeaders({ id, type, attempt, body, secrets: liveSecrets(webhook, at), now: at })
  try {
    const answer = await sender.send({ url: webhook.url, headers, body }, signal)
    const { status, retryAfter } = answer
    const responseBody = cleaned(answer.body)
    return {
      result: { attempt, at, durationMs: took(), status, error: errorOf(status), responseBody },
      retryAfter,
    }
  } catch (error) {
    const sentence = error instanceof Error ? error.message : String(error)
    const failed = { attempt, at, durationMs: took(), status: null, responseBody: null }
    return { result: { ...failed, error: cleaned(sentence) }, retryAfter: null }
  }
}

export const succeeded = ({ status }: AttemptResult): boolean =>
  status !== null && status >= 200 && status <= 299

function errorOf(status: number): string | null {
  if (status >= 200 && status <= 299) return null
  if (status >= 300 && status <= 399)
    return `The receiver answered ${status}: redirects are not followed. Give the address that it leads to.`
  return `The receiver answered ${status}.`
}

/** What a database takes as text. */
const cleaned = (text: string): string => text.slice(0, keptCharacters).toWellFormed().replaceAll('\0', '')
