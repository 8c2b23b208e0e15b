import type { Pane } from '../presentation/layout.js'
import { ACTION_IDS, ACTIONS, type ActionId, isActionId } from './actions.js'

/** The keys of one action. A chord is two keys with a space between them. */
export interface Binding {
  readonly action: ActionId
  readonly keys: readonly string[]
  readonly panes: readonly Pane[] | undefined
}

/** What the agent's configuration says: the keys of an action, by its name. An empty list takes its keys away. */
export type KeySettings = Readonly<Record<string, string | readonly string[]>>

export type KeyMatch =
  | { readonly type: 'action'; readonly action: ActionId; readonly key: string }
  | { readonly type: 'prefix' }
  | { readonly type: 'none' }

/** A problem in the `keys` setting, with a sentence that tells what to change. */
export class KeymapError extends Error {
  override name = 'KeymapError'
}

/** All bindings; those in the settings replace the defaults. */
export class Keymap {
  readonly bindings: readonly Binding[]

  constructor(settings: KeySettings = {}) {
    for (const id of Object.keys(settings)) rejectUnknown(id)
    this.bindings = ACTION_IDS.map((action) => ({
      action,
      keys: keysOf(settings[action]) ?? ACTIONS[action].keys ?? [],
      panes: ACTIONS[action].panes,
    }))
    rejectClashes(this.bindings)
  }

  /** What a key means in a pane, after the first half of a chord if there was one. */
  match(pane: Pane, key: string, chord: string | null): KeyMatch {
    const pressed = chord === null ? key : `${chord} ${key}`
    const here = this.bindings.filter((binding) => worksIn(binding, pane))
    const found =
      here.find((binding) => binding.panes !== undefined && binding.keys.includes(pressed)) ??
      here.find((binding) => binding.keys.includes(pressed))
    if (found) return { type: 'action', action: found.action, key: pressed }
    const begins = chord === null && here.some(({ keys }) => keys.some((name) => name.startsWith(`${key} `)))
    return begins ? { type: 'prefix' } : { type: 'none' }
  }

  /** The keys of an action as the agent reads them: `Ctrl-G`; empty when it has none. */
  label(action: ActionId): string {
    const binding = this.bindings.find((candidate) => candidate.action === action)
    return (binding?.keys ?? []).map(keyLabel).join(', ')
  }

  /** The first key of an action in short form, for the status line: `^G`. */
  short(action: ActionId): string {
    const [first] = this.bindings.find((candidate) => candidate.action === action)?.keys ?? []
    return first === undefined ? '' : first.split(' ').map(shortLabel).join(' ')
  }
}

/** `Ctrl-X Ctrl-E` from `ctrl-x ctrl-e`. */
export function keyLabel(name: string): string {
  return name
    .split(' ')
    .map((key) =>
      key
        .split(/-(?=.)/)
        .map(partLabel)
        .join('-'),
    )
    .join(' ')
}

const PART_LABELS: Readonly<Record<string, string>> = { pageup: 'PgUp', pagedown: 'PgDn', escape: 'Esc' }
const MODIFIERS = new Set(['ctrl', 'alt', 'shift'])

// A single letter with a modifier is written large, alone it is what must be typed.
function partLabel(part: string, _index: number, parts: readonly string[]): string {
  if (part.length === 1) return parts.length > 1 ? part.toUpperCase() : part
  return PART_LABELS[part] ?? part.charAt(0).toUpperCase() + part.slice(1)
}

function shortLabel(key: string): string {
  const control = /^ctrl-(.)$/.exec(key)
  return control?.[1] ? `^${control[1].toUpperCase()}` : keyLabel(key)
}

function worksIn(binding: Binding, pane: Pane): boolean {
  return binding.panes === undefined || binding.panes.includes(pane)
}

function keysOf(setting: string | readonly string[] | undefined): readonly string[] | null {
  if (setting === undefined) return null
  return (typeof setting === 'string' ? [setting] : setting).map(canonicalKey)
}

/** The canonical name of a key as an agent may write it: `Ctrl-G`, `C-g`, `^G`, `M-a`, `Alt+1`. */
export function canonicalKey(written: string): string {
  return written.trim().split(/\s+/).map(canonicalPart).join(' ')
}

function canonicalPart(written: string): string {
  if (written.length === 1) return written
  const parts = written.replace(/^\^(?=.)/, 'ctrl-').split(/[-+](?=.)/)
  const base = (parts.pop() ?? '').toLowerCase()
  const modifiers = parts
    .map((part) => part.toLowerCase())
    .map((part) => ({ c: 'ctrl', m: 'alt' })[part] ?? part)
  const wrong = modifiers.find((part) => !MODIFIERS.has(part))
  if (wrong !== undefined || base === '') {
    throw new KeymapError(
      `keys: "${written}" is no key. Write for example Ctrl-G, Alt-1, F5 or Ctrl-X Ctrl-E.`,
    )
  }
  return [...[...MODIFIERS].filter((name) => modifiers.includes(name)), base].join('-')
}

function rejectUnknown(id: string): void {
  if (isActionId(id)) return
  throw new KeymapError(`keys: there is no action "${id}". The actions are ${ACTION_IDS.join(', ')}.`)
}

function rejectClashes(bindings: readonly Binding[]): void {
  const taken = new Map<string, ActionId>()
  for (const { action, keys, panes } of bindings) {
    for (const place of panes ?? ['everywhere']) {
      for (const key of keys) {
        const other = taken.get(`${place} ${key}`)
        if (other)
          throw new KeymapError(`keys: ${keyLabel(key)} is bound to both ${other} and ${action}. Change one.`)
        taken.set(`${place} ${key}`, action)
      }
    }
  }
}
