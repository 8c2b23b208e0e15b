import { settingsOf } from '../../../server/core/apps/settings.js'
import type { App } from '../../../server/core/model.js'
import { settings as wireSettings } from '../../../server/protocols/v1/wire-staff.js'
import type { Cli } from '../../cli.js'
import { appOption, command } from '../../command.js'
import { CommandError } from '../../errors.js'
import { listGroup } from '../../group.js'
import { withOperator } from '../../instance.js'
import { properties } from '../../output.js'
import { parseAppSettings } from '../../plan/app-settings.js'

/** `replyhq admin settings`: how an app behaves. */
export function settingsCommand(cli: Cli) {
  const examples = ['admin settings', 'admin settings set routing=least_busy reopen_window_days=14']
  return listGroup('settings', 'How an app behaves', examples, [show(cli), set(cli)])
}

function show(cli: Cli) {
  return command('show', 'Show the settings of an app', ['admin settings', 'admin settings --json'])
    .addOption(appOption())
    .action(({ app }: { app?: string }) =>
      withOperator(cli, app, async (_, operator) => print(cli, operator.app)),
    )
}

function set(cli: Cli) {
  return command('set', 'Change settings of an app', [
    'admin settings set routing=round_robin require_identity=true',
  ])
    .argument('<name=value...>', 'settings and their new values')
    .addOption(appOption())
    .action((pairs: string[], { app }: { app?: string }) => {
      const settings = parseAppSettings(Object.fromEntries(pairs.map(parsePair)))
      return withOperator(cli, app, async (core, operator) =>
        print(cli, await core.apps.update(operator, { settings })),
      )
    })
}

function parsePair(pair: string): [string, unknown] {
  const [, name, value] = /^(\w+)=(.*)$/.exec(pair) ?? []
  if (name === undefined || value === undefined) {
    throw new CommandError('usage', `"${pair}" must be a name and a value, such as routing=manual.`)
  }
  return [name, parsedValue(name, value)]
}

/** Numbers, truths and, for settings that are a table, JSON; anything else is text. */
function parsedValue(name: string, text: string): unknown {
  if (!/^(\d+$|true$|false$|\{)/.test(text)) return text
  try {
    return JSON.parse(text)
  } catch {
    throw new CommandError('usage', `The value of ${name} is no JSON. Quote it: '${name}={"gold": "high"}'.`)
  }
}

const shown = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

function print(cli: Cli, app: App): void {
  const settings = wireSettings(settingsOf(app))
  cli.out.result({ app_id: app.id, settings }, () =>
    properties(Object.entries(settings).map(([name, value]) => [name, shown(value)])),
  )
}
