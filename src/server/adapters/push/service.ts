import type { Push, PushAddress, PushAnswer } from '../../core/ports/push-sender.js'
import type { Clock } from '../../core/ports.js'
import type { AddressGuard } from '../outbound/addresses.js'

/** Hands a push to one kind of service; never throws. */
export type Service<Kind extends PushAddress['kind']> = (
  address: Extract<PushAddress, { kind: Kind }>,
  push: Push,
  signal?: AbortSignal,
) => Promise<PushAnswer>

export interface PushTools {
  clock: Clock
  guard: AddressGuard
  /** Told what an operator has to mend. */
  report(error: unknown, doing: string): void
  /** Certificates that push services may show besides those of the system: PEM. */
  certificates?: string
}

/** An answer is waited for so long. */
export const timeoutMs = 10_000
/** More of an answer is not read. */
export const maximumBytes = 4 * 1024
// Below the time after which servers end idle connections.
export const keptConnections = { keepAlive: true, maxFreeSockets: 16, timeout: 4_000 }

/** An answer that never came. */
export const unanswered = (error: unknown): PushAnswer => ({
  outcome: 'failed',
  status: null,
  error: error instanceof Error ? error.message : String(error),
  retryAfter: null,
  body: null,
})

/** What an answer holds; null where it is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
