import type { Clock } from '../../core/ports.js'
import type { AddressGuard } from './addresses.js'
import { type OutboundAnswer, type OutboundPost, post } from './post.js'

export interface Patience {
  clock: Clock
  timeoutMs: number
  /** What is waited for, as a sentence begins: `The receiver`. */
  who: string
}

/** Posts once. Throws an Error with a sentence when no answer came in time, or when the signal broke it off. */
export async function patientPost(
  guard: AddressGuard,
  wanted: Omit<OutboundPost, 'signal'>,
  { clock, timeoutMs, who }: Patience,
  broken?: AbortSignal,
): Promise<OutboundAnswer> {
  const controller = new AbortController()
  const { signal } = controller
  const tooLong = new Error(`${who} did not answer within ${timeoutMs / 1_000} s.`)
  const cancel = clock.after(timeoutMs, () => controller.abort(tooLong))
  const breakOff = () => controller.abort(new Error('The server stops.'))
  broken?.addEventListener('abort', breakOff)
  try {
    return await post(guard, { ...wanted, signal })
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
