// C0 and C1 controls move the cursor or run terminal commands; format characters turn the reading direction or
// hide text. The joiners that build emoji and some scripts' letters are left.
const UNSAFE = /(?![\n\u200c\u200d])[\p{Cc}\p{Cf}]/gu
const LINE_BREAK = /\r\n|[\r\u0085\u2028\u2029]/g

/** Foreign text as its harmless lines. */
export function safeLines(foreign: string): string[] {
  return foreign.replace(LINE_BREAK, '\n').replace(/\t/g, '  ').toWellFormed().replace(UNSAFE, '').split('\n')
}

/** Foreign text on one line. */
export function safeLine(foreign: string): string {
  return safeLines(foreign).join(' ').trim()
}

/** JSON of one line, in which no control or format character stands as itself. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, escaped)
}

function escaped(character: string): string {
  const units = character.split('').map((unit) => unit.charCodeAt(0))
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('')
}
