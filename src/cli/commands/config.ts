import { type LoadedConfig, type SettingInfo, settingInfos } from '../../config.js'
import type { Cli } from '../cli.js'
import { command } from '../command.js'
import { group } from '../group.js'
import type { Column } from '../output.js'

/** `replyhq config`: which settings there are and which hold. */
export function configCommand(cli: Cli) {
  return group('config', 'Show the settings', ['config show --origin', 'config list'], [show(cli), list(cli)])
}

function show(cli: Cli) {
  return command('show', 'Show every setting as it holds now, secrets masked', [
    'config show --origin',
    'config show --json',
  ])
    .option('--origin', 'say where each comes from')
    .action(({ origin }: { origin?: boolean }) => {
      const loaded = cli.settings()
      const rows = settingInfos.map((info) => rowOf(info, loaded))
      const origins: Column<Row>[] = origin ? [{ title: 'from', text: (row) => row.origin }] : []
      const columns: Column<Row>[] = [
        { title: 'setting', text: (row) => row.key },
        { title: 'value', text: (row) => row.format(row.value) },
      ]
      cli.out.list('settings', rows, (row) => row.key, [...columns, ...origins])
    })
}

function list(cli: Cli) {
  return command('list', 'List every setting with its name in files and in the environment', [
    'config list',
  ]).action(() => {
    const rows = settingInfos.map((info) => ({
      key: info.secret ? `${info.key}_file` : info.key,
      variable: `REPLYHQ_${info.name}`,
      default: info.defaultValue ?? null,
      description: info.description,
      format: info.format,
    }))
    cli.out.list('settings', rows, (row) => row.key, [
      { title: 'in a file', text: (row) => row.key },
      { title: 'in the environment', text: (row) => row.variable },
      { title: 'default', text: (row) => row.format(row.default) },
      { title: 'what it is', text: (row) => row.description },
    ])
  })
}

interface Row {
  key: string
  value: unknown
  origin: string
  /** A function, which JSON leaves out. */
  format: SettingInfo['format']
}

function rowOf(info: SettingInfo, { config, secrets, origin }: LoadedConfig): Row {
  const value = valueAt(info.secret ? secrets : config, info.path)
  const { key, format } = info
  return { key, value: mask(info, value), origin: origin[info.path]?.name ?? 'default', format }
}

function valueAt(settings: object, path: string): unknown {
  return path.split('.').reduce<unknown>((value, step) => Reflect.get(Object(value), step), settings)
}

function mask({ secret, sensitive }: SettingInfo, value: unknown): unknown {
  if (value === undefined) return null
  if (secret) return '[masked]'
  return sensitive ? String(value).replace(/(:\/\/[^:@/]*:)[^@/]*@/, '$1[masked]@') : value
}
