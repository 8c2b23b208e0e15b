import { head } from './span.js'
import { textWidth } from './width.js'

/** Breaks one cleaned line into lines of at most `width` cells, at spaces where there are any. */
export function wrap(line: string, width: number): string[] {
  const room = Math.max(1, width)
  const lines: string[] = []
  let rest = line
  while (textWidth(rest) > room) {
    const fitting = head(rest, room) || rest.slice(0, firstLength(rest))
    const space = fitting.lastIndexOf(' ')
    const breaksHere = rest[fitting.length] === ' '
    const part = breaksHere || space <= 0 ? fitting : fitting.slice(0, space)
    lines.push(part)
    rest = rest.slice(part.length).replace(/^ /, '')
  }
  lines.push(rest)
  return lines
}

function firstLength(text: string): number {
  const [first] = text
  return first?.length ?? 1
}
