import type { Command, Option } from 'commander'

/** One place in the command tree, as completion sees it. */
export interface Place {
  /** The words that lead here, such as `admin agents`; empty at the top. */
  readonly path: string
  readonly commands: readonly Entry[]
  readonly options: readonly OptionEntry[]
}

export interface Entry {
  readonly word: string
  readonly description: string
}

export interface OptionEntry extends Entry {
  /** What may follow: a file, one of some words, anything else, or nothing. */
  readonly value: 'none' | 'file' | 'text' | readonly string[]
}

/** Every place of a command tree, from the top down. */
export function placesOf(program: Command): Place[] {
  const inherited = program.options.map(optionEntry)
  const walk = (command: Command, path: string): Place[] => {
    const own = command === program ? [] : optionsOf(command)
    const place = { path, commands: visible(command), options: [...own, ...inherited, help] }
    return [place, ...command.commands.flatMap((child) => walk(child, `${path} ${child.name()}`.trim()))]
  }
  return walk(program, '')
}

const help: OptionEntry = { word: '--help', description: 'show help', value: 'none' }

const visible = (command: Command): Entry[] =>
  command.commands.map((child) => ({ word: child.name(), description: child.description() }))

/** A group that does what its default member does also takes that one's options. */
function optionsOf(command: Command): OptionEntry[] {
  const isDefault = (child: Command) => Reflect.get(command, '_defaultCommandName') === child.name()
  return [command, ...command.commands.filter(isDefault)].flatMap(({ options }) => options.map(optionEntry))
}

function optionEntry(option: Option): OptionEntry {
  return { word: option.long ?? option.flags, description: option.description, value: optionValue(option) }
}

function optionValue(option: Option): OptionEntry['value'] {
  if (!option.required && !option.optional) return 'none'
  if (option.argChoices !== undefined) return option.argChoices
  return /<(file|folder)>/.test(option.flags) ? 'file' : 'text'
}
