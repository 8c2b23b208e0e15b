import { type Command, CommanderError } from 'commander'
import { Cli } from './cli.js'
import { ExitCode } from './errors.js'
import { exitCodeOf, exitCodes, reportOf } from './exit-codes.js'
import { createProgram } from './program.js'
import type { Streams } from './streams.js'

/**
 * Runs one command line and gives its exit code. Data goes to stdout, everything else to stderr.
 * Never throws: an error is reported as a sentence, or as JSON with `--json`.
 */
export async function main(words: readonly string[], streams: Streams = process): Promise<number> {
  const optionWords = words.includes('--') ? words.slice(0, words.indexOf('--')) : words
  const cli = new Cli(streams, optionWords.includes('--json'))
  streams.stdout.on('error', endQuietly)
  let program: Command | undefined
  try {
    program = await createProgram(cli, words)
    await program.parseAsync([...words], { from: 'user' })
    return exitCodes.done
  } catch (error) {
    if (error instanceof ExitCode) return error.code
    if (error instanceof CommanderError)
      return reportUsage(cli, error, program && helpFor(program, optionWords))
    const report = reportOf(error)
    cli.out.failure(report)
    return exitCodeOf(report.code)
  } finally {
    streams.stdout.off('error', endQuietly)
  }
}

// A reader that has seen enough, such as head, closes the pipe: that is no failure.
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') process.exit(exitCodes.done)
  throw error
}

function reportUsage(cli: Cli, error: CommanderError, hint: string | undefined): number {
  if (error.exitCode === 0) return exitCodes.done
  const helpWasShown = error.code === 'commander.help' && !cli.options.json
  const message =
    error.code === 'commander.help'
      ? 'A command is missing.'
      : error.message.replace(/^error: /, '').replace(/\n\((.*)\)$/, '. $1')
  if (!helpWasShown) cli.out.failure({ code: 'usage', message, hint })
  return exitCodes.usage
}

/** Where the command that was meant is explained. */
function helpFor(program: Command, words: readonly string[]): string {
  let meant = program
  const path = [program.name()]
  for (const word of words) {
    const next = meant.commands.find((command) => command.name() === word)
    if (next === undefined) continue
    meant = next
    path.push(word)
  }
  const shows = meant.commands.length > 0 ? 'lists the commands' : 'shows how it is used'
  return `${path.join(' ')} --help ${shows}.`
}
