import { Option } from 'commander'
import type { KeyKind, KeyScope } from '../../../server/core/model.js'
import { apiKey } from '../../../server/protocols/v1/wire-staff.js'
import type { Cli } from '../../cli.js'
import { appOption, command } from '../../command.js'
import { CommandError } from '../../errors.js'
import { withOperator } from '../../instance.js'

interface Options {
  app?: string
  kind: KeyKind
  name?: string
  scopes?: string
  expires?: string
}

const scopes: readonly KeyScope[] = ['read', 'write', 'admin']

export function createKey(cli: Cli) {
  const examples = [
    'keys create --kind publishable',
    'keys create --kind secret --name billing --scopes read,write',
  ]
  return command('create', 'Make a key and show it once', examples)
    .addOption(
      new Option('--kind <kind>', 'for visitors, or for servers')
        .choices(['publishable', 'secret'])
        .default('secret'),
    )
    .option('--name <name>', 'what it is for')
    .option('--scopes <list>', `what a secret key may do: ${scopes.join(',')}; all when left out`)
    .option('--expires <time>', 'when it ends, such as 2027-01-31')
    .addOption(appOption())
    .action((options: Options) =>
      withOperator(cli, options.app, async (core, operator) => {
        const { row, value } = await core.keys.create(operator, {
          kind: options.kind,
          name: options.name,
          scopes: parseScopes(options.scopes),
          expiresAt: parseTime(options.expires),
        })
        cli.out.result({ key: apiKey(row), secret: value }, () => value)
        cli.out.note(`This is ${row.id}, shown this once.`)
        cli.out.next(`replyhq keys revoke ${row.id}`)
      }),
    )
}

function parseScopes(list: string | undefined): KeyScope[] | undefined {
  return list?.split(',').map((word) => {
    const scope = scopes.find((known) => known === word.trim())
    if (scope === undefined)
      throw new CommandError('usage', `"${word}" is no scope: take of ${scopes.join(', ')}.`)
    return scope
  })
}

function parseTime(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const at = Date.parse(text)
  if (!(at > Date.now()))
    throw new CommandError('usage', `--expires must be a time to come, such as 2027-01-31, not "${text}".`)
  return at
}
