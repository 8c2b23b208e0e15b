import { Command } from 'commander'
import { version } from '../version.js'
import type { Cli } from './cli.js'
import { exitCodesHelp } from './exit-codes.js'
import type { GlobalOptions } from './streams.js'

type Load = (cli: Cli) => Promise<Command>

const loaders: Readonly<Record<string, Load>> = {
  serve: async (cli) => (await import('./commands/serve.js')).serveCommand(cli),
  tui: async (cli) => (await import('./commands/tui.js')).tuiCommand(cli),
  chat: async (cli) => (await import('./commands/chat.js')).chatCommand(cli),
  migrate: async (cli) => (await import('./commands/migrate.js')).migrateCommand(cli),
  keys: async (cli) => (await import('./commands/keys/index.js')).keysCommand(cli),
  admin: async (cli) => (await import('./commands/admin/index.js')).adminCommand(cli),
  bot: async (cli) => (await import('./commands/bot/index.js')).botCommand(cli),
  tail: async (cli) => (await import('./commands/tail.js')).tailCommand(cli),
  trace: async (cli) => (await import('./commands/trace.js')).traceCommand(cli),
  on: async (cli) => (await import('./commands/on.js')).onCommand(cli),
  webhooks: async (cli) => (await import('./commands/webhooks/index.js')).webhooksCommand(cli),
  drill: async (cli) => (await import('./commands/drill.js')).drillCommand(cli),
  config: async (cli) => (await import('./commands/config.js')).configCommand(cli),
  completion: async (cli) =>
    (await import('./commands/completion.js')).completionCommand(cli, () => createProgram(cli)),
}

/**
 * The command tree, ready to read a command line: all of it, or of these words' commands alone. Those of the
 * others are 186 modules that a server has no use for.
 */
export async function createProgram(cli: Cli, words: readonly string[] = []): Promise<Command> {
  const program = new Command('replyhq')
    .description('Self-hosted live chat: server, queue and terminal for agents')
    .version(version, '-V, --version', 'print the version')
    .option('--json', 'print JSON and ask nothing', false)
    .option('-q, --quiet', 'print ids only in lists, and no hints', false)
    .option('--verbose', 'say more, on stderr', false)
    .option('--no-input', 'ask nothing: end with 2 where an answer is missing')
    .option('--no-color', 'print without colour')
    .option('--config <file>', 'a file of settings')
    .option('--data <folder>', 'the data folder')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput(outputOf(cli))
    .exitOverride()
    .addHelpText('before', firstExamples)
    .addHelpText('afterAll', `\n${exitCodesHelp}`)
    .hook('preAction', (_, action) => cli.begin(action.optsWithGlobals<GlobalOptions>()))
  for (const member of await commands(cli, words)) program.addCommand(member)
  inherit(program, outputOf(cli))
  return program
}

const firstExamples = `Examples:
  $ replyhq serve          start the server in this folder
  $ replyhq tui            answer your visitors
  $ replyhq chat           write as a visitor
`

// Errors are told once, at the end of main, in one form for people and one for scripts.
function outputOf(cli: Cli) {
  const { stdout, stderr } = cli.streams
  return {
    writeOut: (text: string) => void stdout.write(text),
    writeErr: (text: string) => void (cli.options.json || stderr.write(text)),
    outputError: () => {},
    getOutHelpWidth: () => stdout.columns ?? 100,
    getErrHelpWidth: () => stderr.columns ?? 100,
  }
}

/** Commands made on their own write and end as the program does; what they take is theirs. */
function inherit(parent: Command, output: ReturnType<typeof outputOf>): void {
  for (const child of parent.commands) {
    child.configureOutput(output).configureHelp({ showGlobalOptions: true }).exitOverride()
    inherit(child, output)
  }
}

async function commands(cli: Cli, words: readonly string[]): Promise<Command[]> {
  if (['--version', '-V'].includes(words[0] ?? '')) return []
  const named = Object.keys(loaders).filter((name) => words.includes(name))
  const wanted = Object.entries(loaders).filter(([name]) => named.length === 0 || named.includes(name))
  return Promise.all(wanted.map(([, load]) => load(cli)))
}
