import type { Command } from 'commander'
import type { Cli } from '../cli.js'
import { command } from '../command.js'
import { bashCompletion } from '../completion/bash.js'
import { fishCompletion } from '../completion/fish.js'
import { zshCompletion } from '../completion/zsh.js'
import { CommandError } from '../errors.js'

const shells: Readonly<Record<string, (program: Command) => string>> = {
  bash: bashCompletion,
  zsh: zshCompletion,
  fish: fishCompletion,
}

/** `replyhq completion`: a script for a shell, made from the command tree itself. */
export function completionCommand(cli: Cli, program: () => Promise<Command>) {
  const examples = [
    'completion bash > ~/.local/share/bash-completion/completions/replyhq',
    'completion fish | source',
  ]
  return command('completion', 'Print a script that completes commands in a shell', examples)
    .argument('<shell>', 'bash, zsh or fish')
    .action(async (shell: string) => {
      const make = Object.hasOwn(shells, shell) ? shells[shell] : undefined
      if (make === undefined)
        throw new CommandError('usage', `There is no completion for ${shell}: take bash, zsh or fish.`)
      cli.streams.stdout.write(make(await program()))
    })
}
