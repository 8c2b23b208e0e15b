// Long enough for any word; Postgres refuses lexemes above 2 KiB.
const LONGEST = 64

// Of scripts without spaces each character is a word; \p{L}+ would swallow the ones that follow Latin letters.
const UNSPACED = '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}'
const WORD = new RegExp(`[${UNSPACED}]|(?:(?![${UNSPACED}])[\\p{L}\\p{N}])+`, 'gu')

/** The words of a text, without case and accents. Cut here and not by the databases, so that both find the same. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').normalize('NFC').toLowerCase()
  return (plain.match(WORD) ?? []).map((word) => word.slice(0, LONGEST))
}
