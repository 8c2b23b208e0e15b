import { ReplyHqError } from './client.js'
import { entryFromWire, visitorName } from './from-wire.js'
import { SessionError } from './session.js'

/** The client's refusal as one of ours; anything else is an error of the program and passes. */
export function refusal(error: unknown): SessionError {
  if (!(error instanceof ReplyHqError)) throw error
  const latest =
    error.latest &&
    entryFromWire(error.latest, visitorName(null, error.latest.sender_id ?? error.latest.conversation_id))
  return new SessionError(error.code, error.message, error.assignee ?? null, latest ?? null)
}

/** Waits for a call of the client; its refusal comes out as one of ours. */
export async function refused<Result>(call: Promise<Result>): Promise<Result> {
  try {
    return await call
  } catch (error) {
    throw refusal(error)
  }
}
