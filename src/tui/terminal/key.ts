/** One key press: its canonical name (`ctrl-k`, `alt-1`, `shift-tab`, `pageup`), and the text that it types. */
export interface Key {
  readonly name: string
  readonly text?: string
}

const FINAL_NAMES: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'clear',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
  Z: 'shift-tab',
}

const TILDE_NAMES: Readonly<Record<string, string>> = {
  1: 'home',
  2: 'insert',
  3: 'delete',
  4: 'end',
  5: 'pageup',
  6: 'pagedown',
  7: 'home',
  8: 'end',
  11: 'f1',
  12: 'f2',
  13: 'f3',
  14: 'f4',
  15: 'f5',
  17: 'f6',
  18: 'f7',
  19: 'f8',
  20: 'f9',
  21: 'f10',
  23: 'f11',
  24: 'f12',
}

const CODE_NAMES: Readonly<Record<number, string>> = {
  0: 'ctrl-space',
  9: 'tab',
  13: 'enter',
  27: 'escape',
  31: 'ctrl-/',
  127: 'backspace',
}

/** The key of a single character, controls included. */
export function characterKey(character: string): Key {
  const code = character.codePointAt(0) ?? 0
  const named = CODE_NAMES[code]
  if (named !== undefined) return { name: named }
  if (code < 0x20) return { name: `ctrl-${String.fromCharCode(code + 0x60)}` }
  if (character === ' ') return { name: 'space', text: character }
  return { name: character, text: character }
}

/** The key of `ESC` and a character: the character with Alt held. */
export function altKey(character: string): Key {
  return { name: `alt-${characterKey(character).name}` }
}

/**
 * The key of a control sequence `ESC [ parameters final` or `ESC O final`, or null when it is none that we know.
 */
export function sequenceKey(parameters: string, final: string): Key | null {
  const [first = '', second = ''] = parameters.split(';')
  const name = final === '~' ? TILDE_NAMES[first] : final === 'u' ? codeName(first) : FINAL_NAMES[final]
  return name === undefined ? null : { name: `${modifiers(second)}${name}` }
}

// The `u` form is what terminals send for keys that have no sequence of their own, such as Shift-Enter.
function codeName(code: string): string | undefined {
  const number = Number.parseInt(code, 10)
  return Number.isNaN(number) ? undefined : (CODE_NAMES[number] ?? String.fromCodePoint(number).toLowerCase())
}

// The number is 1 + a bit each for Shift, Alt, Ctrl and Meta (xterm, "PC-Style Function Keys").
function modifiers(parameter: string): string {
  const bits = Number.parseInt(parameter || '1', 10) - 1
  return `${bits & 4 ? 'ctrl-' : ''}${bits & 10 ? 'alt-' : ''}${bits & 1 ? 'shift-' : ''}`
}
