import { PassThrough } from 'node:stream'
import { runChat } from '../../../src/chat/index.js'
import { shop } from '../../helpers/seed.js'
import { until } from '../../helpers/until.js'

/** A chat that a test types into and reads from. */
export interface ChatRun {
  readonly code: Promise<number>
  type(line: string): void
  /** Ends the input, as Ctrl-D does. */
  end(): void
  output(): string
  hints(): string
  /** Waits for text on the output or among the hints. */
  shows(text: string): Promise<void>
  /** The events of `--json`. */
  events(): Record<string, unknown>[]
}

interface Taste {
  readonly json?: boolean
  readonly name?: string
  readonly apiKey?: string
  readonly patience?: number
}

/** Starts a chat as the command does, with the shop's key. */
export function startChat(
  server: { url: string },
  stateFolder: string,
  { json = false, name, apiKey = shop.publishableKey, patience }: Taste = {},
): ChatRun {
  const input = new PassThrough()
  const [output, hints] = [collect(), collect()]
  const where = { url: server.url, appId: shop.id, apiKey, stateFolder, name, patience }
  const code = runChat({ ...where, input, output: output.stream, hints: hints.stream, json })
  // A rejection is for the test that awaits it.
  code.catch(() => {})
  return {
    code,
    type: (line) => input.write(`${line}\n`),
    end: () => input.end(),
    output: output.text,
    hints: hints.text,
    shows: async (text) => {
      await until(
        `the chat shows ${text}`,
        () => output.text().includes(text) || hints.text().includes(text),
        {
          deadline: 30_000,
        },
      )
    },
    events: () =>
      output
        .text()
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
  }
}

function collect(): { stream: PassThrough; text: () => string } {
  const stream = new PassThrough()
  let text = ''
  stream.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  return { stream, text: () => text }
}
