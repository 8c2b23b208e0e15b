import { join, resolve } from 'node:path'
import { type Environment, type Found, findInEnvironment, readSecretFile } from './environment.js'
import { FILE_NAME, fromFile, readSettingsFile, type SettingsFile, sharedFiles } from './files.js'
import { type SettingInfo, settingInfos } from './infos.js'

/** Where settings are looked for. */
export interface Places {
  /** Values of command line flags by the path of their setting, and `config`, the file to read. */
  readonly flags: Readonly<Record<string, unknown>>
  readonly env: Environment
  readonly cwd: string
  readonly home: string
  /** The system's folder of settings, `/etc`. */
  readonly system: string
}

export type FoundValues = ReadonlyMap<string, Found | undefined>

/** The first value of every setting, by its path; what cannot be read is added to `faults` as sentences. */
export function lookUp(places: Places, faults: string[]): FoundValues {
  const outside = (info: SettingInfo) =>
    findInFlags(info, places) ?? findInEnvironment(info, places.env, places.cwd, faults)
  const files = readFiles(outside, places, faults)
  return new Map(settingInfos.map((info) => [info.path, outside(info) ?? findInFiles(info, files, faults)]))
}

function findInFlags(info: SettingInfo, { flags, cwd }: Places): Found | undefined {
  const value = flags[info.path]
  if (value === undefined) return undefined
  return { value, source: 'flag', name: `--${info.key.replaceAll(/[._]/g, '-')}`, base: cwd }
}

/** The files in their order; the data folder's comes into its place as soon as that folder is known. */
function readFiles(
  outside: (info: SettingInfo) => Found | undefined,
  { flags, env, cwd, home, system }: Places,
  faults: string[],
): SettingsFile[] {
  const given = flags.config ?? (env.REPLYHQ_CONFIG || undefined)
  const named = given === undefined ? [] : [readSettingsFile(resolve(cwd, String(given)), faults, true)]
  const here = [...named, readSettingsFile(join(cwd, FILE_NAME), faults)]
  const shared = sharedFiles({ home, configHome: env.XDG_CONFIG_HOME || undefined, system }).map((path) =>
    readSettingsFile(path, faults),
  )
  const dataInfo = settingInfos.find((info) => info.path === 'data')
  const data = dataInfo && (outside(dataInfo) ?? findInFiles(dataInfo, [...here, ...shared], faults))
  const folder = resolve(data?.base ?? cwd, String(data?.value ?? dataInfo?.defaultValue))
  const own = join(folder, FILE_NAME)
  return [...here, ...(own === join(cwd, FILE_NAME) ? [] : [readDataFile(own, faults)]), ...shared]
}

function readDataFile(path: string, faults: string[]): SettingsFile {
  const file = readSettingsFile(path, faults)
  if (file.values.has('data'))
    faults.push(`${path} cannot set data, because it is found through it: set it elsewhere.`)
  return file
}

function findInFiles(info: SettingInfo, files: readonly SettingsFile[], faults: string[]): Found | undefined {
  for (const { path, values } of files) {
    const value = values.get(info.key)
    if (value !== undefined && !info.secret)
      return { value, source: 'file', name: path, base: fromFile(path, '.') }
    const secretFile = values.get(`${info.key}_file`)
    if (info.sensitive && secretFile !== undefined) {
      return readSecretFile(fromFile(path, String(secretFile)), `${info.key}_file in ${path}`, faults)
    }
  }
  return undefined
}
