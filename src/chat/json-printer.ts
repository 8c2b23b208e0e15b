import type { Writable } from 'node:stream'
import type {
  ConnectionState,
  Conversation,
  Message,
  PendingMessage,
  ReadCursor,
  ReplyHqError,
  TypingPerson,
} from '../client/index.js'
import type { Printer } from './printer.js'
import { safeJson } from './safe-text.js'

/** Every event as one line of JSON on the output. */
export class JsonPrinter implements Printer {
  readonly #output: Writable

  constructor(output: Writable) {
    this.#output = output
  }

  connection(state: ConnectionState, waiting: number): void {
    const { phase } = state
    const more = phase === 'waiting' ? { next_attempt_at: new Date(state.nextAttemptAt).toISOString() } : {}
    this.#write('connection', { phase, waiting, ...more })
  }

  conversation(conversation: Conversation): void {
    this.#write('conversation', { conversation })
  }

  message(message: Message, { history, changed }: { history: boolean; changed: boolean }): void {
    this.#write(changed ? 'message_changed' : 'message', { message, history })
  }

  typing(people: readonly TypingPerson[]): void {
    this.#write('typing', { people })
  }

  receipt({ delivered, read }: ReadCursor): void {
    this.#write('receipt', { delivered, read })
  }

  pending({ localId, state, error }: PendingMessage<unknown>): void {
    this.#write('pending', {
      local_id: localId,
      state,
      ...(error === null ? {} : { error: wireError(error) }),
    })
  }

  sent(localId: string, { id, sequence }: Message): void {
    this.#write('sent', { local_id: localId, message_id: id, sequence })
  }

  refused(error: ReplyHqError): void {
    this.#write('error', { error: wireError(error) })
  }

  hint(text: string): void {
    this.#write('hint', { text })
  }

  #write(type: string, fields: object): void {
    this.#output.write(`${safeJson({ type, ...fields })}\n`)
  }
}

const wireError = ({ code, message }: ReplyHqError) => ({ code, message })
