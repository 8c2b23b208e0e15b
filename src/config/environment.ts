import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type SettingInfo, settingInfos } from './infos.js'
import { suggestion } from './suggest.js'

/** The variables of a process; an empty one counts as not set, as container tools write it. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A raw value and the name under which it was found. */
export interface Found<Value = unknown> {
  readonly value: Value
  readonly source: 'flag' | 'environment' | 'file'
  /** `--port`, `REPLYHQ_PORT` or the path of a file. */
  readonly name: string
  /** What a relative path in the value counts from. */
  readonly base: string
}

const PREFIX = 'REPLYHQ_'

/** Variables that tell the terminal UI, the chat and the commands on a running server where to go. */
const clientVariables = ['URL', 'TOKEN', 'TOKEN_FILE', 'APP_ID', 'API_KEY', 'API_KEY_FILE'].map(
  (name) => PREFIX + name,
)

/** The value of a setting in the environment: `REPLYHQ_X`, then `X`, then the files named by the same with `_FILE`. */
export function findInEnvironment(
  info: SettingInfo,
  env: Environment,
  cwd: string,
  faults: string[],
): Found | undefined {
  const names = variableNames(info)
  const name = names.find((candidate) => env[candidate])
  if (name !== undefined) return { value: env[name], source: 'environment', name, base: cwd }
  if (!info.sensitive) return undefined
  const fileName = names.map((candidate) => `${candidate}_FILE`).find((candidate) => env[candidate])
  if (fileName === undefined) return undefined
  return readSecretFile(resolve(cwd, env[fileName] ?? ''), fileName, faults)
}

/** A secret kept in a file of its own, as containers hand them over; a line end at its end is no part of it. */
export function readSecretFile(path: string, name: string, faults: string[]): Found<string> | undefined {
  try {
    const value = readFileSync(path, 'utf8').replace(/\r?\n$/, '')
    return { value, source: 'file', name: path, base: path }
  } catch (error) {
    faults.push(`${name} names a file that cannot be read: ${(error as Error).message}.`)
    return undefined
  }
}

// `replyhq on` gives them to the command that it runs, which may be this program again.
const eventVariables = ['TYPE', 'ID', 'CURSOR'].map((name) => `${PREFIX}EVENT_${name}`)

/** A sentence for every variable with our prefix that means nothing; the tests' own are left alone. */
export function unknownVariables(env: Environment): string[] {
  const known = new Set([
    ...settingInfos.flatMap(allNames),
    ...clientVariables,
    ...eventVariables,
    `${PREFIX}CONFIG`,
  ])
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && !name.startsWith(`${PREFIX}TEST_`) && !known.has(name))
    .map((name) => `${name} in the environment is no setting.${suggestion(name, known)}`)
}

function variableNames(info: SettingInfo): string[] {
  return info.prefixedOnly ? [PREFIX + info.name] : [PREFIX + info.name, info.name]
}

function allNames(info: SettingInfo): string[] {
  const name = PREFIX + info.name
  return info.sensitive ? [name, `${name}_FILE`] : [name]
}
