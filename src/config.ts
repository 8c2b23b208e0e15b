import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { type ClientSettings, clientSettings } from './config/client.js'
import { type Environment, unknownVariables } from './config/environment.js'
import { type FoundValues, lookUp, type Places } from './config/lookup.js'
import { contradictions, parse } from './config/parse.js'
import { type GivenSecrets, type Settings, secretsSchema, settingsSchema } from './config/schema.js'
import { isDatabase, isReadable, unreadable } from './config/settings/server.js'
import { type TuiSettings, tuiSettings } from './config/tui.js'

export {
  type ClientSettings,
  type LocalConnection,
  readLocalConnection,
  writeLocalConnection,
} from './config/client.js'
export { type SettingInfo, settingInfos } from './config/infos.js'
export type { GivenSecrets } from './config/schema.js'
export { type InstanceSecrets, provideSecrets } from './config/secrets-file.js'
export { durationOf } from './config/values.js'

/** Settings of the server, complete; `data` and a SQLite `databaseUrl` are absolute paths. */
export type Config = Settings & { readonly databaseUrl: string }

/** Where a setting came from. */
export interface Origin {
  readonly source: 'flag' | 'environment' | 'file' | 'default'
  /** `--port`, `REPLYHQ_PORT`, the path of a file, or `default`. */
  readonly name: string
}

export interface LoadedConfig {
  readonly config: Config
  /** Only those that were given; `provideSecrets` completes them. */
  readonly secrets: GivenSecrets
  /** By the path of the setting, such as `limits.messageLength`. */
  readonly origin: Readonly<Record<string, Origin>>
}

/** Every fault of the settings at once, each one sentence. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'))
  }
}

/**
 * Reads the settings: for each the first of flag, `REPLYHQ_X`, `X`, the `--config` file, `replyhq.yaml` in the
 * working folder, in the data folder, in `$XDG_CONFIG_HOME/replyhq`, in `/etc/replyhq`, and the default.
 * Reads only, so that it can be shown without a trace. Throws ConfigError.
 */
export function loadConfig(places: Partial<Places> = {}): LoadedConfig {
  const { flags = {}, env = process.env, cwd = process.cwd(), home = homedir(), system = '/etc' } = places
  const faults = unknownVariables(env)
  const found = lookUp({ flags, env, cwd, home, system }, faults)
  const settings = parse(settingsSchema, found, faults)
  const secrets = parse(secretsSchema, found, faults)
  if (settings !== undefined) faults.push(...contradictions(settings))
  if (settings === undefined || secrets === undefined || faults.length > 0)
    throw new ConfigError([...new Set(faults)])
  return { config: complete(settings, found, cwd), secrets, origin: originsOf(found) }
}

function complete(settings: Settings, found: FoundValues, cwd: string): Config {
  const data = resolve(found.get('data')?.base ?? cwd, settings.data)
  const base = found.get('databaseUrl')?.base ?? cwd
  return { ...settings, data, databaseUrl: databaseAddress(settings.databaseUrl, base, data) }
}

function databaseAddress(given: string | undefined, base: string, data: string): string {
  return given === undefined ? resolve(data, 'replyhq.db') : addressOf(given, base)
}

/**
 * A database that an option names: the address of a Postgres, or the absolute path of a SQLite file. Throws
 * ConfigError.
 */
export function databaseNamed(option: string, given: string, cwd = process.cwd()): string {
  if (!isDatabase(given))
    throw new ConfigError([`${option} must be a file for SQLite or begin with postgres://.`])
  if (!isReadable(given)) throw new ConfigError([`${option} ${unreadable}.`])
  return addressOf(given, cwd)
}

function addressOf(given: string, base: string): string {
  return /^postgres(ql)?:\/\//.test(given)
    ? given
    : resolve(base, given.replace(/^(sqlite|file):(\/\/)?/, ''))
}

function originsOf(found: FoundValues): Record<string, Origin> {
  const origin = ([path, value]: [string, Origin | undefined]): [string, Origin] => [
    path,
    value === undefined ? { source: 'default', name: 'default' } : { source: value.source, name: value.name },
  ]
  return Object.fromEntries([...found].map(origin))
}

/** What the environment says about the server to talk to. Throws ConfigError. */
export function loadClientSettings(env: Environment = process.env): ClientSettings {
  const faults = unknownVariables(env)
  const settings = clientSettings(env, faults)
  if (faults.length > 0) throw new ConfigError(faults)
  return settings
}

/** The taste of the person at this terminal. Throws ConfigError. */
export function loadTuiSettings(env: Environment = process.env, home = homedir()): TuiSettings {
  const faults: string[] = []
  const settings = tuiSettings(env, home, faults)
  if (faults.length > 0) throw new ConfigError(faults)
  return settings
}

/** What the environment says about the terminal and the person before it. */
export interface TerminalEnvironment {
  /** The raw variables, for programs that this one starts. */
  readonly variables: Environment
  readonly term: string | undefined
  readonly editor: string | undefined
  /** `true` and `false` are orders; otherwise it depends on the terminal. */
  readonly color: boolean | undefined
  /** Where programs keep what they remember for this person. */
  readonly stateFolder: string
  /** No questions: nobody is there to answer. */
  readonly automated: boolean
}

/** https://no-color.org and the usual FORCE_COLOR; `CI` as the common services set it. */
export function terminalEnvironment(env: Environment = process.env, home = homedir()): TerminalEnvironment {
  const forced = env.FORCE_COLOR === undefined ? undefined : env.FORCE_COLOR !== '0'
  return {
    variables: env,
    term: env.TERM,
    editor: env.VISUAL || env.EDITOR,
    color: env.NO_COLOR ? false : forced,
    stateFolder: join(env.XDG_STATE_HOME || join(home, '.local', 'state'), 'replyhq'),
    automated: Boolean(env.CI) && env.CI !== 'false',
  }
}
