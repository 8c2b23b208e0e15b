import { Command, InvalidArgumentError, Option } from 'commander'

/** A command with its examples, which come first in its help. */
export function command(name: string, description: string, examples: readonly string[]): Command {
  const lines = examples.map((example) => `  $ replyhq ${example}`)
  return new Command(name).description(description).addHelpText('before', `Examples:\n${lines.join('\n')}\n`)
}

export const appOption = () => new Option('--app <id>', 'the app; not needed while there is only one')
export const yesOption = () => new Option('--yes', 'do it without asking')
export const dryRunOption = () => new Option('--dry-run', 'show what would change and change nothing')
export const passwordOption = () => new Option('--password-stdin', 'read the password from standard input')

/** How many entries a list shows at most. */
export const limitOption = (description = 'at most so many', standard = 50) =>
  new Option('--limit <number>', description).argParser(positiveNumber).default(standard)

function positiveNumber(value: string): number {
  if (/^[1-9]\d{0,5}$/.test(value)) return Number(value)
  throw new InvalidArgumentError('It must be a whole number from 1 to 999999.')
}
