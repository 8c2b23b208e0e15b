import { duration } from '../../../../config/values.js'
import type { Cli } from '../../../cli.js'
import { command } from '../../../command.js'
import type { Desk } from '../../../desk/desk.js'
import { type DeskOptions, onDesk, withDesk } from '../../../desk/open.js'
import { CommandError } from '../../../errors.js'
import { webhookNamed } from '../webhooks/named.js'

interface Options extends DeskOptions {
  dead?: boolean
  webhook?: string
  since?: string
}

const yearMs = 31_536_000_000

export function replayDeliveries(cli: Cli) {
  const examples = [
    'admin deliveries replay dlv_…',
    'admin deliveries replay --dead',
    'admin deliveries replay --dead --webhook whk_… --since 6h',
  ]
  return onDesk(command('replay', 'Deliver again: one, or all that were given up', examples))
    .argument('[id]', 'the delivery')
    .option('--dead', 'all that were given up')
    .option('--webhook <webhook>', 'of them only those to this one, by id or address')
    .option('--since <time>', 'of them only newer ones: 6h, 2d, or a time such as 2026-01-31T12:00:00Z')
    .action((id: string | undefined, { dead = false, webhook, since, ...where }: Options) => {
      if ((id === undefined) !== dead)
        throw new CommandError('usage', 'Name the delivery, or give --dead for all that were given up.')
      const from = since === undefined ? undefined : timeOf(since)
      return withDesk(cli, where, (desk) =>
        id === undefined ? replayDead(cli, desk, webhook, from) : replayOne(cli, desk, id),
      )
    })
}

async function replayOne(cli: Cli, desk: Desk, id: string): Promise<void> {
  const delivery = await desk.replay(id)
  cli.out.result({ delivery }, () => `${delivery.id} goes to ${delivery.target} again.`)
  cli.out.next(`replyhq admin deliveries show ${id}`)
  await tellWhatIsOff(cli, desk, delivery.webhook_id)
}

async function replayDead(cli: Cli, desk: Desk, named: string | undefined, since: string | undefined) {
  const webhook = named === undefined ? undefined : (await webhookNamed(desk, named)).id
  const replayed = await desk.replayDead({ webhook, since })
  cli.out.result({ replayed }, () => `${replayed} ${replayed === 1 ? 'goes' : 'go'} out again.`)
  if (replayed === 0) return
  cli.out.next('replyhq admin deliveries --state pending')
  await tellWhatIsOff(cli, desk, webhook)
}

/** To a webhook that is off nothing goes out, however often it is asked for. */
async function tellWhatIsOff(cli: Cli, desk: Desk, only: string | null | undefined): Promise<void> {
  for (const { id, url, enabled } of await desk.webhooks()) {
    if (enabled || (only ?? id) !== id) continue
    const [waiting] = await desk.deliveries({ state: 'pending', webhook: id }, 1)
    if (waiting === undefined) continue
    cli.out.note(`${url} is off: what goes there waits until it is on again.`)
    cli.out.next(`replyhq admin webhooks set ${id} --enable`)
  }
}

/** A time, or how long ago it was. */
function timeOf(text: string): string {
  const ago = duration(1, 10 * yearMs).safeParse(text)
  if (ago.success) return new Date(Date.now() - ago.data).toISOString()
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(Date.parse(text))) return new Date(text).toISOString()
  throw new CommandError('usage', `--since ${text} is no time.`, 'Give 6h, 2d or 2026-01-31T12:00:00Z.')
}
