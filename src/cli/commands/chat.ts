import type { Cli } from '../cli.js'
import { command } from '../command.js'
import { ExitCode } from '../errors.js'
import { findApp } from '../find-server.js'

interface Options {
  url?: string
  app?: string
  key?: string
  device?: string
  name?: string
  email?: string
}

/** `replyhq chat`: a visitor's side, for trying things out and for scripts. */
export function chatCommand(cli: Cli) {
  const examples = [
    'chat',
    'chat --url https://chat.example --app app_… --key pk_… --name "Bo Li"',
    'chat --json < questions.txt',
  ]
  return command('chat', 'Write as a visitor, line by line', examples)
    .option('--url <address>', 'the server; on its own machine it is found')
    .option('--app <id>', 'the app; found likewise')
    .option('--key <key>', 'its publishable key; found likewise')
    .option('--device <id>', 'who the visitor is; kept from the last time when left out')
    .option('--name <name>', 'the name that agents see')
    .option('--email <address>', 'the e-mail that agents see')
    .action(async (options: Options) => {
      const { runChat } = await import('../../chat/index.js')
      const { stdin, stdout, stderr } = cli.streams
      const code = await runChat({
        ...findApp(cli, options),
        deviceId: options.device,
        name: options.name,
        email: options.email,
        stateFolder: cli.terminal.stateFolder,
        input: stdin,
        output: stdout,
        hints: stderr,
        json: cli.options.json,
      })
      throw new ExitCode(code)
    })
}
