import type { KeySettings } from './keymap/keymap.js'
import type { ThemeName } from './presentation/theme.js'

/** What the agent's configuration says about the terminal UI. Read by the command line, never here. */
export interface TuiConfig {
  /** Keys by the name of the action: `{accept: 'Ctrl-G'}`. */
  readonly keys?: KeySettings
  /** `mono` when `NO_COLOR` is set. */
  readonly theme?: ThemeName
  readonly bell?: boolean
  /** Notices of the desktop through the terminal (OSC 777 and 9). */
  readonly desktopNotices?: boolean
  /** The window's title, with the number of unread messages. */
  readonly title?: boolean
  readonly mouse?: boolean
  /** The value of `TERM`. */
  readonly term?: string
  /** The folder in which files of visitors are saved. */
  readonly downloads: string
  /** The command that shows one; null where there is none. */
  readonly opener: string | null
  /** The command of `$VISUAL` or `$EDITOR`. */
  readonly editor?: string
}

export interface TuiOptions {
  readonly url: string
  /** The app to begin in; the agent's first one when absent. */
  readonly appId?: string
  /** An access or personal token; without it the stored login is used, or asked for. */
  readonly token?: string
  readonly email?: string
  readonly plain: boolean
  /** Where the login is kept, in a file that only its owner can read. */
  readonly stateFolder: string
  readonly config: TuiConfig
}

/** Exit codes of the terminal UI. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  notAllowed: 4,
  unreachable: 6,
  internal: 70,
  hangUp: 129,
  terminated: 143,
} as const
