import { EventEmitter } from 'node:events'
import { PassThrough } from 'node:stream'
import { StringDecoder } from 'node:string_decoder'
import type { ReadStream } from 'node:tty'
import { InputDecoder, type InputEvent } from './decoder.js'

// Long enough for the rest of a sequence to arrive over a slow line, short enough for Escape to feel immediate.
const ESCAPE_WAIT_MILLISECONDS = 40

interface InputEvents {
  input: [InputEvent]
}

/** Reads a terminal in raw mode and emits what the agent does as `input` events. */
export class TerminalInput extends EventEmitter<InputEvents> {
  /** An input that never says anything, for blessed: it would decode the keys a second time. */
  readonly silent = Object.assign(new PassThrough(), {
    isTTY: true,
    isRaw: true,
    setRawMode: () => undefined,
  })
  private readonly decoder = new InputDecoder()
  private readonly bytes = new StringDecoder('utf8')
  private escapeTimer: NodeJS.Timeout | undefined

  constructor(private readonly stdin: ReadStream) {
    super()
  }

  /** Begins to read, keys unechoed and one by one. */
  start(): void {
    this.stdin.setRawMode(true)
    this.stdin.on('data', this.onData)
    this.stdin.resume()
  }

  /** Gives the terminal back as it was, for the end or for a program that runs in between. */
  stop(): void {
    clearTimeout(this.escapeTimer)
    this.stdin.off('data', this.onData)
    this.stdin.pause()
    if (this.stdin.isTTY) this.stdin.setRawMode(false)
  }

  private readonly onData = (data: Buffer): void => {
    clearTimeout(this.escapeTimer)
    this.emitAll(this.decoder.feed(this.bytes.write(data)))
    if (this.decoder.waiting) {
      this.escapeTimer = setTimeout(() => this.emitAll(this.decoder.flush()), ESCAPE_WAIT_MILLISECONDS)
    }
  }

  private emitAll(events: readonly InputEvent[]): void {
    for (const event of events) this.emit('input', event)
  }
}
