import type { Cli } from '../../../cli.js'
import { listGroup } from '../../../group.js'
import { replayDeliveries } from '../deliveries/replay.js'
import { addWebhook } from './add.js'
import { listDeliveriesOf, listWebhooks } from './list.js'
import { removeWebhook } from './remove.js'
import { rotateWebhook } from './rotate.js'
import { setWebhook } from './set.js'
import { testWebhook } from './test.js'

/** `replyhq admin webhooks`: who is told over HTTP what happens. */
export function webhooksAdminCommand(cli: Cli) {
  const examples = [
    'admin webhooks',
    'admin webhooks add https://shop.example/hooks --event message.created',
    'admin webhooks test whk_…',
  ]
  return listGroup('webhooks', 'Webhooks: who is told over HTTP what happens', examples, [
    listWebhooks(cli),
    addWebhook(cli),
    testWebhook(cli),
    rotateWebhook(cli),
    setWebhook(cli),
    removeWebhook(cli),
    listDeliveriesOf(cli),
    replayDeliveries(cli),
  ])
}
