import type { Cli } from '../../cli.js'
import { group } from '../../group.js'
import { listenCommand } from './listen.js'

/** `replyhq webhooks`: trying a receiver out. */
export function webhooksCommand(cli: Cli) {
  const examples = ['webhooks listen --forward http://localhost:8080/hooks']
  return group('webhooks', 'Try out a receiver of webhooks', examples, [listenCommand(cli)])
}
