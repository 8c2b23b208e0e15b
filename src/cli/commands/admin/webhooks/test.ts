import type { DeliveryAttempt } from '../../../../client/index.js'
import { clean } from '../../../../tui/text/clean.js'
import type { Cli } from '../../../cli.js'
import { command } from '../../../command.js'
import { type DeskOptions, onDesk, withDesk } from '../../../desk/open.js'
import { ExitCode } from '../../../errors.js'
import { exitCodes } from '../../../exit-codes.js'
import { awake } from '../../../keep-awake.js'
import { webhookArgument, webhookNamed } from './named.js'

export function testWebhook(cli: Cli) {
  const examples = ['admin webhooks test whk_…', 'admin webhooks test https://shop.example/hooks --json']
  return onDesk(command('test', 'Send a test event now and show how it went', examples))
    .addArgument(webhookArgument())
    .action((named: string, where: DeskOptions) =>
      withDesk(cli, where, async (desk) => {
        const { id, url } = await webhookNamed(desk, named)
        const attempt = await awake(() => desk.testWebhook(id))
        const arrived = attempt.error === null
        if (arrived || cli.options.json) cli.out.result({ attempt }, () => `Arrived: ${describe(attempt)}.`)
        if (arrived) return
        const hint = 'Does the receiver answer with a 2xx status within 10 s?'
        if (!cli.options.json)
          cli.out.failure({ code: 'failed', message: `${url} did not take it: ${describe(attempt)}.`, hint })
        throw new ExitCode(exitCodes.failed)
      }),
    )
}

function describe({ status, error, duration_ms: duration, response }: DeliveryAttempt): string {
  const answer = response ? `, "${clean(response).slice(0, 80)}"` : ''
  return `${status ?? error} after ${duration} ms${answer}`
}
