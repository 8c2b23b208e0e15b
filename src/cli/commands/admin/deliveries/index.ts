import type { Cli } from '../../../cli.js'
import { listGroup } from '../../../group.js'
import { listDeliveries } from './list.js'
import { replayDeliveries } from './replay.js'
import { showDelivery } from './show.js'

/** `replyhq admin deliveries`: what must reach the outside. */
export function deliveriesCommand(cli: Cli) {
  const examples = [
    'admin deliveries --state dead',
    'admin deliveries show dlv_…',
    'admin deliveries replay --dead',
  ]
  return listGroup('deliveries', 'What must reach the outside: on its way, arrived, given up', examples, [
    listDeliveries(cli),
    showDelivery(cli),
    replayDeliveries(cli),
  ])
}
