// hterm and its kin drop a sequence of more than 100,000 characters, of which base64 makes 4 of 3 bytes.
const MOST_BYTES = 74_994

/** As much of a text from its beginning as a terminal takes, never half a character. */
function clipboardText(text: string): string {
  if (Buffer.byteLength(text) <= MOST_BYTES) return text
  let bytes = 0
  let end = 0
  for (const character of text) {
    bytes += Buffer.byteLength(character)
    if (bytes > MOST_BYTES) break
    end += character.length
  }
  return text.slice(0, end)
}

/** The sequence that puts a text on the clipboard of the machine at which the agent sits, also over SSH (OSC 52). */
export function clipboardSequence(text: string): string {
  return `\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`
}

/** Hands a text to a terminal, whose `TERM` is `term`; tells how much of it, and what this terminal needs for it. */
export function copyTo(term: string | undefined, text: string, write: (sequence: string) => void) {
  const taken = clipboardText(text)
  write(clipboardSequence(taken))
  return { characters: [...taken].length, remark: remarkOn(term ?? '') }
}

// Both programs stand between and keep it to themselves by default. A terminal never answers, so nothing is known.
function remarkOn(term: string): string {
  return /^(tmux|screen)/.test(term) ? ', which tmux passes on with: set -g set-clipboard on' : ''
}
