import type { Command } from 'commander'
import { suggestion } from '../config/suggest.js'
import { command } from './command.js'
import { CommandError } from './errors.js'

/** A command that only holds others. */
export function group(
  name: string,
  description: string,
  examples: readonly string[],
  members: Command[],
): Command {
  const made = command(name, description, examples)
  for (const member of members) made.addCommand(member)
  return made
}

/** The same, where naming no member means the first: `admin agents` lists. */
export function listGroup(
  name: string,
  description: string,
  examples: readonly string[],
  [list, ...others]: [Command, ...Command[]],
): Command {
  const made = command(name, description, examples).addCommand(refuseUnknown(list, others), {
    isDefault: true,
  })
  for (const other of others) made.addCommand(other)
  return made
}

// A mistyped member reaches the default one as its argument, and must be told as what it is.
function refuseUnknown(list: Command, others: readonly Command[]): Command {
  if (list.registeredArguments.length > 0) return list
  return list.allowExcessArguments().hook('preAction', (_, { args: [word] }) => {
    if (word === undefined) return
    const names = [list, ...others].map((other) => other.name())
    throw new CommandError('usage', `unknown command '${word}'.${suggestion(word, names)}`)
  })
}
