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
import { safeLine, safeLines } from './safe-text.js'
import { connectionSentence, conversationSentences } from './sentences.js'

/** Messages as lines on the output, everything else as hints. */
export class PlainPrinter implements Printer {
  readonly #output: Writable
  readonly #hints: Writable
  #attempted = false

  constructor(output: Writable, hints: Writable) {
    this.#output = output
    this.#hints = hints
  }

  connection(state: ConnectionState, waiting: number): void {
    // Each further attempt is announced with its time already.
    if (state.phase === 'connecting' && this.#attempted) return
    this.#attempted = true
    this.hint(connectionSentence(state, waiting))
  }

  conversation(now: Conversation, before: Conversation | null): void {
    for (const sentence of conversationSentences(now, before)) this.hint(sentence)
  }

  message(message: Message, { echo, changed }: { echo: boolean; changed: boolean }): void {
    if (echo && !changed) return
    const [first = '', ...more] = contentOf(message)
    const mark = changed && message.deleted_at === null ? ' (edited)' : ''
    this.#output.write(`${timeOf(message)} ${safeLine(writerOf(message))}${mark}: ${first}\n`)
    // Indented, so that no line of a message can pass for one of somebody else.
    for (const line of more) this.#output.write(`      ${line}\n`)
  }

  typing(people: readonly TypingPerson[]): void {
    const others = people.filter(({ side }) => side === 'agent')
    if (others.length > 0) this.hint(`${others.map(({ name }) => name ?? 'Somebody').join(', ')} is typing…`)
  }

  receipt({ delivered, read }: ReadCursor): void {
    this.hint(read >= delivered ? '✓✓ read' : '✓ delivered')
  }

  pending({ state, error }: PendingMessage<unknown>): void {
    if (state === 'failed') this.hint(`✗ not sent: ${error?.message ?? ''}`)
  }

  sent(): void {
    this.hint('✓ sent')
  }

  refused(error: ReplyHqError): void {
    this.hint(error.message)
  }

  hint(text: string): void {
    const [first = '', ...more] = wrapped(safeLine(text), columnsOf(this.#hints) - HINT_MARK.length)
    this.#hints.write(`${HINT_MARK}${first}\n`)
    for (const line of more) this.#hints.write(`${' '.repeat(HINT_MARK.length)}${line}\n`)
  }
}

const HINT_MARK = '* '

/** The width of a terminal; what goes into a file or a pipe is never broken. */
function columnsOf(output: Writable & { readonly columns?: number }): number {
  return output.columns ?? Number.POSITIVE_INFINITY
}

/** Lines of at most `width` characters, broken at spaces: a terminal would break them in mid-word. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

function writerOf({ sender, sender_name }: Message): string {
  if (sender === 'user') return 'you'
  return sender_name ?? { agent: 'Agent', bot: 'Bot', system: '*' }[sender]
}

function contentOf(message: Message): string[] {
  if (message.deleted_at !== null) return ['(deleted)']
  const files = message.attachments.map(
    ({ name, size }) => `[${safeLine(name)}, ${Math.ceil(size / 1024)} KiB]`,
  )
  return [...(message.body === '' ? [] : safeLines(message.body)), ...files]
}

function timeOf({ created_at }: Message): string {
  return new Date(created_at).toTimeString().slice(0, 5)
}
