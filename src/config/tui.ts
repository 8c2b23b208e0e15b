import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Environment } from './environment.js'
import { suggestion } from './suggest.js'
import { parseYaml } from './yaml.js'

const tuiFile = z.strictObject({
  keys: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  theme: z.enum(['dark', 'light', 'contrast', 'mono']).optional(),
  bell: z.boolean().optional(),
  desktop_notices: z.boolean().optional(),
  title: z.boolean().optional(),
  mouse: z.boolean().optional(),
})

/** An agent's taste, from `tui.yaml` in their own folder of settings. */
export interface TuiSettings {
  readonly keys?: Readonly<Record<string, string | readonly string[]>> | undefined
  readonly theme?: 'dark' | 'light' | 'contrast' | 'mono' | undefined
  readonly bell?: boolean | undefined
  readonly desktopNotices?: boolean | undefined
  readonly title?: boolean | undefined
  readonly mouse?: boolean | undefined
}

/** Reads `$XDG_CONFIG_HOME/replyhq/tui.yaml`; a fault is added to `faults` as a sentence. */
export function tuiSettings(env: Environment, home: string, faults: string[]): TuiSettings {
  const path = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'replyhq', 'tui.yaml')
  const content = readIfThere(path)
  if (content === undefined) return {}
  const document = parseYaml(content)
  const [problem] = document.errors
  if (problem !== undefined) faults.push(`${path} is not valid YAML: ${problem.message.split('\n')[0]}`)
  const parsed = tuiFile.safeParse(problem === undefined ? (document.toJS() ?? {}) : {})
  if (!parsed.success) faults.push(...parsed.error.issues.map((issue) => `${path}: ${sentence(issue)}`))
  const { desktop_notices: desktopNotices, ...others } = parsed.data ?? {}
  return { ...others, desktopNotices }
}

function sentence(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return `${issue.path.join('.')}: ${issue.message}.`
  const [key = ''] = issue.keys
  return `${key} is unknown.${suggestion(key, Object.keys(tuiFile.shape))}`
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
