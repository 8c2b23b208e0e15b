import { loadTuiSettings } from '../../config.js'
import type { Cli } from '../cli.js'
import { command } from '../command.js'
import { tokenFileOption } from '../desk/open.js'
import { ExitCode } from '../errors.js'
import { findServer } from '../find-server.js'

interface Options {
  url?: string
  app?: string
  email?: string
  tokenFile?: string
  plain?: boolean
}

/** `replyhq tui`: where an agent spends the day. */
export function tuiCommand(cli: Cli) {
  const examples = ['tui', 'tui --url https://chat.example --email ana@shop.example', 'tui --plain']
  return command('tui', 'Answer visitors in the terminal', examples)
    .option('--url <address>', 'the server; on its own machine it is found')
    .option('--app <id>', 'the app to begin in')
    .option('--email <address>', 'who signs in')
    .addOption(tokenFileOption())
    .option('--plain', 'line by line: for screen readers, scripts and plain terminals')
    .action(async ({ plain, ...options }: Options) => {
      const { runTui } = await import('../../tui/index.js')
      const server = await findServer(cli, options)
      const { term, editor, color, stateFolder } = cli.terminal
      const taste = loadTuiSettings()
      const theme = color === false || !cli.options.color ? 'mono' : taste.theme
      const config = { ...taste, theme, term, editor }
      const code = await runTui({ ...server, plain: plain ?? false, stateFolder, config })
      if (!plain) leaveSoon(code)
      throw new ExitCode(code)
    })
}

const leaveWithinMs = 500

/** A request that nobody waits for any more must not hold the terminal of an agent who has left. */
function leaveSoon(code: number): void {
  setTimeout(() => process.exit(code), leaveWithinMs).unref()
}
