import { Command } from 'commander'
import { version } from '../version.js'
import type { Cli } from './cli.js'
import { adminCommand } from './commands/admin/index.js'
import { botCommand } from './commands/bot/index.js'
import { chatCommand } from './commands/chat.js'
import { completionCommand } from './commands/completion.js'
import { configCommand } from './commands/config.js'
import { drillCommand } from './commands/drill.js'
import { keysCommand } from './commands/keys/index.js'
import { migrateCommand } from './commands/migrate.js'
import { onCommand } from './commands/on.js'
import { serveCommand } from './commands/serve.js'
import { tailCommand } from './commands/tail.js'
import { tuiCommand } from './commands/tui.js'
import { webhooksCommand } from './commands/webhooks/index.js'
import { exitCodesHelp } from './exit-codes.js'
import type { GlobalOptions } from './streams.js'

/** The whole command tree, ready to read a command line. */
export function createProgram(cli: Cli): Command {
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
  for (const member of commands(cli, program)) program.addCommand(member)
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

const commands = (cli: Cli, program: Command) => [
  serveCommand(cli),
  tuiCommand(cli),
  chatCommand(cli),
  migrateCommand(cli),
  keysCommand(cli),
  adminCommand(cli),
  botCommand(cli),
  tailCommand(cli),
  onCommand(cli),
  webhooksCommand(cli),
  drillCommand(cli),
  configCommand(cli),
  completionCommand(cli, () => program),
]
