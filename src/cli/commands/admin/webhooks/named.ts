import { Argument } from 'commander'
import type { Webhook } from '../../../../client/index.js'
import type { Desk } from '../../../desk/desk.js'
import { CommandError } from '../../../errors.js'

export const webhookArgument = () => new Argument('<webhook>', 'its id or address')

/** The webhook with this id or address. */
export async function webhookNamed(desk: Desk, named: string): Promise<Webhook> {
  const found = (await desk.webhooks()).filter(({ id, url }) => id === named || url === named)
  const [webhook, another] = found
  const hint = 'replyhq admin webhooks lists them.'
  if (webhook === undefined) throw new CommandError('not_found', `There is no webhook ${named}.`, hint)
  if (another === undefined) return webhook
  throw new CommandError('usage', `Several webhooks go to ${named}. Name one by its id.`, hint)
}
