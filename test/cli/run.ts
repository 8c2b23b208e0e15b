import { Readable, Writable } from 'node:stream'
import { main } from '../../src/cli/main.js'

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** What stdout holds, as JSON. */
  json(): unknown
}

/** Runs one command line in this process, without a terminal. */
export async function run(words: readonly string[], stdin = ''): Promise<Ended> {
  const stdout = new Collector()
  const stderr = new Collector()
  const code = await main(words, { stdin: Readable.from([Buffer.from(stdin)]), stdout, stderr })
  return { code, stdout: stdout.text, stderr: stderr.text, json: () => JSON.parse(stdout.text) }
}

class Collector extends Writable {
  text = ''

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}
