import type { Style } from '../text/span.js'

/** How a style looks. Colours are numbers of the 256-colour palette; absent means the terminal's own. */
export interface Look {
  readonly foreground?: number
  readonly background?: number
  readonly bold?: boolean
  readonly underline?: boolean
  readonly inverse?: boolean
}

export type ThemeName = 'dark' | 'light' | 'contrast' | 'mono'
export type Theme = Readonly<Record<Style, Look>>

const DARK: Theme = {
  plain: {},
  dim: { foreground: 245 },
  strong: { bold: true },
  frame: { foreground: 240 },
  frameFocused: { foreground: 117, bold: true },
  title: { foreground: 252 },
  selected: { background: 24, foreground: 255 },
  accent: { foreground: 117 },
  visitor: { foreground: 222, bold: true },
  agent: { foreground: 114 },
  bot: { foreground: 147 },
  system: { foreground: 245 },
  note: { foreground: 179 },
  good: { foreground: 114 },
  warning: { foreground: 221, bold: true },
  danger: { foreground: 210, bold: true },
  match: { background: 221, foreground: 16 },
  separator: { foreground: 242 },
  banner: { background: 130, foreground: 255, bold: true },
  offer: { background: 24, foreground: 255, bold: true },
  key: { foreground: 117, bold: true },
}

const LIGHT: Theme = {
  plain: {},
  dim: { foreground: 243 },
  strong: { bold: true },
  frame: { foreground: 250 },
  frameFocused: { foreground: 25, bold: true },
  title: { foreground: 236 },
  selected: { background: 153, foreground: 16 },
  accent: { foreground: 25 },
  visitor: { foreground: 130, bold: true },
  agent: { foreground: 22 },
  bot: { foreground: 55 },
  system: { foreground: 243 },
  note: { foreground: 94 },
  good: { foreground: 22 },
  warning: { foreground: 130, bold: true },
  danger: { foreground: 124, bold: true },
  match: { background: 220, foreground: 16 },
  separator: { foreground: 246 },
  banner: { background: 124, foreground: 255, bold: true },
  offer: { background: 25, foreground: 255, bold: true },
  key: { foreground: 25, bold: true },
}

// On a terminal of any colours: what is white must stand on black.
const BLACK: Look = { background: 0 }

const CONTRAST: Theme = {
  plain: { ...BLACK, foreground: 15 },
  dim: { ...BLACK, foreground: 15 },
  strong: { ...BLACK, foreground: 15, bold: true },
  frame: { ...BLACK, foreground: 15 },
  frameFocused: { ...BLACK, foreground: 11, bold: true },
  title: { ...BLACK, foreground: 15, bold: true },
  selected: { background: 15, foreground: 0, bold: true },
  accent: { ...BLACK, foreground: 14, bold: true },
  visitor: { ...BLACK, foreground: 11, bold: true },
  agent: { ...BLACK, foreground: 10, bold: true },
  bot: { ...BLACK, foreground: 13, bold: true },
  system: { ...BLACK, foreground: 15 },
  note: { ...BLACK, foreground: 14, underline: true },
  good: { ...BLACK, foreground: 10, bold: true },
  warning: { ...BLACK, foreground: 11, bold: true },
  danger: { ...BLACK, foreground: 9, bold: true },
  match: { background: 11, foreground: 0, bold: true },
  separator: { ...BLACK, foreground: 15 },
  banner: { background: 9, foreground: 15, bold: true },
  offer: { background: 14, foreground: 0, bold: true },
  key: { ...BLACK, foreground: 14, bold: true },
}

const MONO: Theme = {
  plain: {},
  dim: {},
  strong: { bold: true },
  frame: {},
  frameFocused: { bold: true },
  title: {},
  selected: { inverse: true },
  accent: { bold: true },
  visitor: { bold: true },
  agent: {},
  bot: {},
  system: {},
  note: { underline: true },
  good: {},
  warning: { bold: true },
  danger: { bold: true },
  match: { inverse: true },
  separator: {},
  banner: { inverse: true, bold: true },
  offer: { inverse: true, bold: true },
  key: { bold: true },
}

const THEMES: Readonly<Record<ThemeName, Theme>> = {
  dark: DARK,
  light: LIGHT,
  contrast: CONTRAST,
  mono: MONO,
}

export function themeOf(name: ThemeName): Theme {
  return THEMES[name]
}
