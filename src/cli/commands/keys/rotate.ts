import { duration } from '../../../config/values.js'
import { time } from '../../../server/protocols/v1/wire.js'
import { apiKey } from '../../../server/protocols/v1/wire-staff.js'
import type { Cli } from '../../cli.js'
import { appOption, command } from '../../command.js'
import { CommandError } from '../../errors.js'
import { shortTime } from '../../format.js'
import { withOperator } from '../../instance.js'

const dayMs = 86_400_000

export function rotateKey(cli: Cli) {
  const examples = ['keys rotate key_…', 'keys rotate key_… --grace 1h']
  return command('rotate', 'Make a new key in place of one that works on for a while', examples)
    .argument('<id>', 'the key to replace')
    .option('--grace <time>', 'how long the old one still works, such as 1h or 7d', '1d')
    .addOption(appOption())
    .action((id: string, { app, grace }: { app?: string; grace: string }) => {
      const graceMs = parseGrace(grace)
      return withOperator(cli, app, async (core, operator) => {
        const { row, value } = await core.keys.rotate(operator, id, graceMs)
        const until = time(core.clock.now() + graceMs)
        cli.out.result({ key: apiKey(row), secret: value, replaced: { id, expires_at: until } }, () => value)
        cli.out.note(`This is ${row.id}, shown this once. ${id} works until ${shortTime(until)} UTC.`)
        cli.out.next(`replyhq keys revoke ${id}   # as soon as the new one is in place`)
      })
    })
}

function parseGrace(text: string): number {
  const parsed = duration(0, 90 * dayMs).safeParse(text)
  if (parsed.success) return parsed.data
  throw new CommandError('usage', `--grace ${parsed.error.issues[0]?.message ?? 'is no time'}.`)
}
