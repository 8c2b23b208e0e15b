import type { Cli } from '../../../cli.js'
import { listGroup } from '../../../group.js'
import { setBot } from './set.js'
import { showBot } from './show.js'
import { testBot } from './test.js'

/** `replyhq admin bot`: what answers visitors first. */
export function botAdminCommand(cli: Cli) {
  const examples = [
    'admin bot',
    'admin bot set --file bot.yaml --dry-run',
    'admin bot test "Where is my order?"',
  ]
  return listGroup('bot', 'The bot of an app, which answers first', examples, [
    showBot(cli),
    setBot(cli),
    testBot(cli),
  ])
}
