import type { Cli } from '../../cli.js'
import { group } from '../../group.js'
import { replayCommand } from './replay.js'

/** `replyhq bot`: trying bots out on what was really asked. */
export function botCommand(cli: Cli) {
  const examples = ['bot replay --conversations status=closed --prompt new-prompt.md']
  return group('bot', 'Try bots out on stored conversations', examples, [replayCommand(cli)])
}
