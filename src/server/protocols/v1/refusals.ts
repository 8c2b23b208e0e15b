import type { AppError } from '../../core/errors.js'
import type { Core } from '../../core/index.js'
import type { WireEvent } from '../protocol.js'
import { linkOf } from './answers.js'
import type { ClientPushes } from './schemas.js'
import { refusal } from './wire.js'

/** A refusal on a socket: as an ack, and as an event for who asked for no ack. */
export function socketRefusal(
  core: Core,
  error: AppError,
  event: string | null,
): { ack: unknown; event: WireEvent } {
  const payload: ClientPushes['error'] = { code: error.code, message: error.message, event }
  return { ack: { ok: false, ...refusal(error, linkOf(core)) }, event: ['error', payload] }
}

export const resync: WireEvent = [
  'sync:required',
  { reason: 'Live events may have been missed. Join again with after_revision.' },
]
