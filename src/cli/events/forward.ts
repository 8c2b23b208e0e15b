import type { OutsideEvent } from '../../client/index.js'
import { envelopeOf, webhookHeaders } from '../../server/core/outbox/envelope.js'

/** How a receiver took a copy. */
export interface Forwarded {
  /** Null: no answer came. */
  readonly status: number | null
  readonly error: string | null
  readonly duration_ms: number
}

const patienceMs = 10_000

/** Posts an event as a webhook would come. The receiver may be on this machine: who runs this chose it. */
export async function forward(url: string, secret: string, event: OutsideEvent): Promise<Forwarded> {
  const { id, type, data } = event
  const body = JSON.stringify(envelopeOf({ id, type, at: Date.parse(event.timestamp), data }))
  const headers = webhookHeaders({ id, type, attempt: 1, body, secrets: [secret], now: Date.now() })
  const began = performance.now()
  const took = () => Math.round(performance.now() - began)
  try {
    const signal = AbortSignal.timeout(patienceMs)
    const response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal })
    await response.body?.cancel()
    return { status: response.status, error: null, duration_ms: took() }
  } catch (error) {
    return { status: null, error: reasonOf(error), duration_ms: took() }
  }
}

/** What the system says hides in the cause of what fetch throws, and of several addresses in a list. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0])
  return cause instanceof Error ? cause.message : String(cause)
}
