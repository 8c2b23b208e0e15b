import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { PassThrough } from 'node:stream'

/** Reads lines one at a time, so that a script's next line waits until the one before is done. */
export class Lines {
  private readonly reader: Interface
  private readonly iterator: AsyncIterator<string>

  constructor(private readonly input: Readable & { isTTY?: boolean }) {
    this.reader = createInterface({ input, terminal: false })
    this.iterator = this.reader[Symbol.asyncIterator]()
  }

  /** The next line, or null at the end of the input. */
  async next(): Promise<string | null> {
    const { value, done } = await this.iterator.next()
    return done ? null : String(value)
  }

  close(): void {
    this.reader.close()
    this.input.pause()
  }
}

/** Asks on a terminal without showing what is typed. */
export function askHidden(question: string, input: Readable, output: Writable): Promise<string> {
  output.write(question)
  const nowhere = new PassThrough()
  nowhere.resume()
  const reader = createInterface({ input, output: nowhere, terminal: true })
  return new Promise((resolve) => {
    reader.once('line', (line) => {
      reader.close()
      output.write('\n')
      resolve(line)
    })
  })
}

/** Asks on a terminal. */
export function ask(question: string, input: Readable, output: Writable): Promise<string> {
  const reader = createInterface({ input, output, terminal: true })
  return new Promise((resolve) => {
    reader.question(question, (line) => {
      reader.close()
      resolve(line.trim())
    })
  })
}
