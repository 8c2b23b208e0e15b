import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
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
  downloads: z.string().min(1).optional(),
  opener: z.string().min(1).optional(),
})

/** An agent's taste, from `tui.yaml` in their own folder of settings. */
export interface TuiSettings {
  readonly keys?: Readonly<Record<string, string | readonly string[]>> | undefined
  readonly theme?: 'dark' | 'light' | 'contrast' | 'mono' | undefined
  readonly bell?: boolean | undefined
  readonly desktopNotices?: boolean | undefined
  readonly title?: boolean | undefined
  readonly mouse?: boolean | undefined
  /** The folder in which files of visitors are saved. */
  readonly downloads: string
  /** The command that shows one; null where there is none. */
  readonly opener: string | null
}

/** Reads `$XDG_CONFIG_HOME/replyhq/tui.yaml`; a fault is added to `faults` as a sentence. */
export function tuiSettings(env: Environment, home: string, faults: string[]): TuiSettings {
  const path = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'replyhq', 'tui.yaml')
  const content = readIfThere(path)
  if (content === undefined) return places(env, home, {})
  const document = parseYaml(content)
  const [problem] = document.errors
  if (problem !== undefined) faults.push(`${path} is not valid YAML: ${problem.message.split('\n')[0]}`)
  const parsed = tuiFile.safeParse(problem === undefined ? (document.toJS() ?? {}) : {})
  if (!parsed.success) faults.push(...parsed.error.issues.map((issue) => `${path}: ${sentence(issue)}`))
  const { desktop_notices: desktopNotices, ...others } = parsed.data ?? {}
  return { ...others, desktopNotices, ...places(env, home, others) }
}

interface Places {
  downloads?: string | undefined
  opener?: string | undefined
}

function places(
  env: Environment,
  home: string,
  { downloads = '~/Downloads', opener }: Places,
): Pick<TuiSettings, 'downloads' | 'opener'> {
  return {
    downloads: resolve(home, downloads.replace(/^~(?=\/|$)/, '.')),
    opener: opener ?? openerOf(env),
  }
}

// Over SSH there is no desktop on which a program could show a file.
function openerOf(env: Environment): string | null {
  if (process.platform === 'darwin') return 'open'
  return env.DISPLAY || env.WAYLAND_DISPLAY ? 'xdg-open' : null
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
