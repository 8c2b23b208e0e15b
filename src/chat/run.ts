import { createInterface } from 'node:readline'
import { Chat } from './chat.js'
import { type Command, help, parseLine } from './command.js'
import { JsonPrinter } from './json-printer.js'
import type { ChatOptions } from './options.js'
import { defaultPatience, expired } from './patience.js'
import { PlainPrinter } from './plain-printer.js'
import type { Printer } from './printer.js'
import { ChatState } from './state.js'

const notReachable = 6

/**
 * A visitor's chat, line by line, until `/quit` or the end of the input. Resolves with the exit code: 0, or 6 when
 * lines could not be sent and wait for the next start. Rejects with a `ReplyHqError` when the server refuses.
 */
export async function runChat(options: ChatOptions): Promise<number> {
  const printer = printerOf(options)
  const chat = new Chat(options, new ChatState(options), printer)
  const lines = createInterface({ input: options.input, terminal: false })
  try {
    await Promise.race([obey(lines, chat, printer), chat.refused])
    await Promise.race([chat.drained(), expired(options.patience ?? defaultPatience), chat.refused])
    if (chat.waiting === 0) return 0
    printer.hint('What could not be sent waits here and goes at the next start.')
    return notReachable
  } finally {
    lines.close()
    chat.close()
  }
}

function printerOf({ json, output, hints = process.stderr }: ChatOptions): Printer {
  return json ? new JsonPrinter(output) : new PlainPrinter(output, hints)
}

async function obey(lines: AsyncIterable<string>, chat: Chat, printer: Printer): Promise<void> {
  for await (const line of lines) {
    const command = parseLine(line)
    if (command.type === 'quit') return
    await act(command, chat, printer)
  }
}

async function act(command: Command, chat: Chat, printer: Printer): Promise<void> {
  switch (command.type) {
    case 'say':
      return chat.say(command.text)
    case 'close':
      return chat.end()
    case 'rate':
      return chat.rate(command.score, command.comment)
    case 'help':
      return printer.hint(help)
    case 'wrong':
      return printer.hint(command.hint)
  }
}
