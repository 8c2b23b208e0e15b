import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { settingInfos } from './infos.js'
import { suggestion } from './suggest.js'
import { parseYaml } from './yaml.js'

/** Settings found in one YAML file, by their key (`limits.message_length`). */
export interface SettingsFile {
  readonly path: string
  readonly values: ReadonlyMap<string, unknown>
}

/** Where settings are looked for besides `--config`, the data folder apart. */
export interface FilePlaces {
  readonly home: string
  /** `$XDG_CONFIG_HOME`, when set. */
  readonly configHome: string | undefined
  /** `/etc`, or another folder in tests. */
  readonly system: string
}

export const FILE_NAME = 'replyhq.yaml'

/** The files below the data folder's in rank. */
export function sharedFiles({ configHome, home, system }: FilePlaces): string[] {
  return [configHome ?? join(home, '.config'), system].map((folder) => join(folder, 'replyhq', FILE_NAME))
}

/**
 * Reads a file of settings; its faults are added to `faults` as sentences.
 * A file that is not there counts as empty, unless it is `required`.
 */
export function readSettingsFile(path: string, faults: string[], required = false): SettingsFile {
  const values = new Map<string, unknown>()
  const content = readText(path, faults, required)
  if (content === undefined) return { path, values }
  const document = parseYaml(content)
  const [problem] = document.errors
  const settings: unknown = problem === undefined ? document.toJS() : undefined
  if (problem !== undefined) faults.push(`${path} is not valid YAML: ${problem.message.split('\n')[0]}`)
  else if (isGroup(settings)) collect(settings, [], values)
  else if (settings !== null) faults.push(`${path} must hold keys with values, such as "port: 3000".`)
  for (const key of values.keys()) faults.push(...keyFaults(path, key))
  return { path, values }
}

function readText(path: string, faults: string[], required: boolean): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (!missing || required)
      faults.push(`The settings in ${path} cannot be read: ${(error as Error).message}.`)
    return undefined
  }
}

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function collect(group: Record<string, unknown>, parents: readonly string[], values: Map<string, unknown>) {
  for (const [name, value] of Object.entries(group)) {
    const steps = [...parents, name]
    if (isGroup(value)) collect(value, steps, values)
    else if (value !== null) values.set(steps.join('.'), value)
  }
}

const plainKeys = new Set(settingInfos.filter((info) => !info.secret).map((info) => info.key))
const fileKeys = new Set(settingInfos.filter((info) => info.sensitive).map((info) => `${info.key}_file`))
const secretKeys = new Set(settingInfos.filter((info) => info.secret).map((info) => info.key))

function keyFaults(path: string, key: string): string[] {
  if (plainKeys.has(key) || fileKeys.has(key)) return []
  if (secretKeys.has(key)) {
    return [
      `${key} is a secret and must not stand in ${path}: put it into a file of its own and name it with ${key}_file.`,
    ]
  }
  return [`${path} has the unknown key ${key}.${suggestion(key, [...plainKeys, ...fileKeys])}`]
}

/** A path in a file counts from that file. */
export const fromFile = (file: string, path: string) => resolve(dirname(file), path)
