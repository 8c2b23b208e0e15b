// Byte pair encodings average four bytes of English a token, and one character (three bytes) of Chinese. A third of
// the bytes errs on the safe side for both.
const bytesPerToken = 3
/** What a message costs beside its text: role and separators. */
const tokensPerMessage = 4

/** About as many tokens as a text costs, rather too many than too few. */
export const estimateTokens = (text: string): number =>
  Math.ceil(Buffer.byteLength(text) / bytesPerToken) + tokensPerMessage

/** The end of a text that fits, at whole characters: what somebody wants stands at the end more often. */
export function lastThatFits(text: string, tokens: number): string {
  const bytes = Buffer.from(text)
  const room = Math.max(0, (tokens - tokensPerMessage) * bytesPerToken)
  if (bytes.length <= room) return text
  return bytes
    .subarray(bytes.length - room)
    .toString('utf8')
    .replace(/^�+/, '')
}
