import type { SocketIoConnection } from './socket-io-connection.js'

const CONVERSATION = '"conversation_id":"'
const SEQUENCE = '"sequence":'

/** Confirms, on behalf of one agent, what it has read: every so often one watermark for each conversation. */
export class Receipts {
  readonly #upTo = new Map<string, number>()

  constructor(connection: SocketIoConnection, every: number) {
    setInterval(() => this.#confirm(connection), every)
  }

  /** Notes a message event, still as the bytes that came. */
  note(chunk: Buffer, start: number, end: number): void {
    const text = chunk.toString('latin1', start, end)
    const from = text.indexOf(CONVERSATION) + CONVERSATION.length
    const conversation = text.slice(from, text.indexOf('"', from))
    this.#upTo.set(conversation, Number.parseInt(text.slice(text.indexOf(SEQUENCE) + SEQUENCE.length), 10))
  }

  #confirm(connection: SocketIoConnection): void {
    for (const [conversation, sequence] of this.#upTo) {
      connection.emit(0, 'message:read', `{"conversation_id":"${conversation}","up_to_sequence":${sequence}}`)
    }
    this.#upTo.clear()
  }
}
