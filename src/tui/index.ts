import { Keymap, KeymapError } from './keymap/keymap.js'
import { EXIT, type TuiOptions } from './options.js'
import { runPlainUi } from './plain/plain-ui.js'
import { ClientGateway } from './session/client-gateway.js'
import { SessionFiles } from './session/files.js'
import { SessionError } from './session/session.js'
import { runTerminalUi } from './terminal-ui.js'

export type { TuiOptions } from './options.js'

/**
 * Runs the agents' terminal UI until the agent leaves. Gives the exit code: 0 done, 2 not a terminal or a wrong
 * setting, 4 not allowed, 6 not reachable, 70 an error of ours, 129 and 143 the signals. Errors are told on
 * stderr, after the terminal has been restored.
 */
export async function runTui(options: TuiOptions): Promise<number> {
  const problem = options.plain ? null : terminalProblem(options.config.term)
  if (problem !== null) return complain(`${problem} Try replyhq tui --plain.`, EXIT.usage)
  try {
    const files = new SessionFiles(options.stateFolder)
    const gateway = new ClientGateway({ url: options.url, appId: options.appId, token: options.token, files })
    const keymap = new Keymap(options.config.keys)
    const ui = { gateway, keymap, config: options.config, email: options.email ?? '' }
    return await (options.plain ? runPlainUi(ui) : runTerminalUi(ui))
  } catch (error) {
    if (error instanceof KeymapError) return complain(error.message, EXIT.usage)
    if (error instanceof SessionError) return complain(error.message, codeOf(error))
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
    return complain(`internal error: ${stack}`, EXIT.internal)
  }
}

function terminalProblem(term: string | undefined): string | null {
  if (!process.stdin.isTTY || !process.stdout.isTTY) return 'The full screen needs a terminal.'
  return term === 'dumb' ? 'The full screen needs more than TERM=dumb.' : null
}

function codeOf(error: SessionError): number {
  if (error.code === 'unreachable' || error.code === 'unavailable') return EXIT.unreachable
  return error.code === 'unauthorized' || error.code === 'forbidden' ? EXIT.notAllowed : EXIT.failed
}

function complain(message: string, code: number): number {
  process.stderr.write(`replyhq: ${message}\n`)
  return code
}
