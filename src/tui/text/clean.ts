import { isCombining, textWidth } from './width.js'

declare const cleaned: unique symbol

/** Text without any control, bidi or joining character: safe to write to a terminal, each cell predictable. */
export type CleanText = string & { readonly [cleaned]: true }

// Ranges of which every character stands for itself, so that most text and every line of the frame need no
// segmenter: it made a frame of 140×40 cost 15 ms.
const PLAIN =
  /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u024f\u0400-\u0481\u048a-\u052f\u2010-\u2027\u2190-\u21ff\u2500-\u27bf\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]*$/
const CONTROL = /[\p{Cc}\p{Cf}]/u
const LINE_BREAK = /[\r\n\u2028\u2029]+/g
const UNKNOWN = /[\p{Cn}\p{Cs}]/u
const SPACE = /\p{Zs}/u
const PICTOGRAPH = /\p{Extended_Pictographic}/u
// Fillers are letters by category but draw nothing; conjoining vowels and finals left after NFC draw no cell.
const INVISIBLE = /\p{Variation_Selector}|[\u115f\u3164\uffa0\u1160-\u11ff\ud7b0-\ud7ff]/u
const REGIONAL_A = 0x1f1e6
const REGIONAL_Z = 0x1f1ff
const MOST_MARKS = 3

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' })

/**
 * One line of text made harmless: C0, C1, bidi and joining characters dropped, emoji reduced to their
 * first picture, flags written as letters, at most 3 marks over a letter. Line breaks become spaces.
 */
export function clean(foreign: string): CleanText {
  if (PLAIN.test(foreign)) return foreign as CleanText
  const oneLine = foreign.replace(LINE_BREAK, ' ').replace(/\t/g, '    ').normalize('NFC')
  let text = ''
  for (const { segment } of segmenter.segment(oneLine)) text += cleanGrapheme(segment)
  return text as CleanText
}

/** Text for outside of the screen, whole but for what runs commands or turns the reading direction. */
export function withoutControls(foreign: string): string {
  return foreign.replace(/\r\n?/g, '\n').replace(/(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}]/gu, '')
}

/** The lines of a text, each one cleaned. */
export function cleanLines(foreign: string): CleanText[] {
  return foreign.split(/\r\n|[\r\n\u2028\u2029]/).map(clean)
}

function cleanGrapheme(grapheme: string): string {
  const parts = [...grapheme].filter((part) => !CONTROL.test(part) && !INVISIBLE.test(part))
  const base = parts[0]
  if (base === undefined) return ''
  if (isRegional(base)) return `[${parts.filter(isRegional).map(regionalLetter).join('')}]`
  if (PICTOGRAPH.test(base) || parts.includes('\u20e3')) return replaceUnknown(base)
  return cleanLetters(parts)
}

// Most graphemes are one letter with marks; some scripts put several letters in one, each with a cell of its own.
function cleanLetters(parts: string[]): string {
  let text = ''
  let marks = MOST_MARKS
  for (const part of parts) {
    if (!isCombining(part.codePointAt(0) ?? 0)) {
      text += replaceUnknown(part)
      // A wide letter fills two cells of the screen's buffer, where a mark would attach to the second.
      marks = textWidth(part) === 2 ? MOST_MARKS : 0
    } else if (marks < MOST_MARKS) {
      text += part
      marks += 1
    }
  }
  return text
}

function replaceUnknown(character: string): string {
  if (UNKNOWN.test(character)) return '\ufffd'
  if (!SPACE.test(character)) return character
  return character === '\u3000' ? '  ' : ' '
}

function isRegional(character: string): boolean {
  const codePoint = character.codePointAt(0) ?? 0
  return codePoint >= REGIONAL_A && codePoint <= REGIONAL_Z
}

function regionalLetter(character: string): string {
  return String.fromCharCode((character.codePointAt(0) ?? REGIONAL_A) - REGIONAL_A + 65)
}
