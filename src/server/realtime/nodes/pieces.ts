/** A NOTIFY carries less than 8,000 bytes; some are left for the head. */
const pieceBytes = 7_900

/** A payload for NOTIFY, and the place of its text among all. */
interface Piece {
  readonly index: number
  readonly payload: string
}

/**
 * Cuts texts into payloads for NOTIFY: a number, `+` while more of the same text follows or `.` for its last piece, and
 * the piece. The number sets every payload apart, because of equal ones in a transaction Postgres delivers one.
 */
export function toPieces(texts: readonly string[]): Piece[] {
  const made: Piece[] = []
  for (const [index, text] of texts.entries()) {
    const pieces = cut(text)
    for (const [place, piece] of pieces.entries())
      made.push({ index, payload: `${made.length}${place < pieces.length - 1 ? '+' : '.'}${piece}` })
  }
  return made
}

function cut(text: string): string[] {
  if (Buffer.byteLength(text) <= pieceBytes) return [text]
  const bytes = Buffer.from(text)
  const pieces: string[] = []
  for (let start = 0, end = 0; start < bytes.length; start = end) {
    end = endOfCharacter(bytes, start + pieceBytes)
    pieces.push(bytes.toString('utf8', start, end))
  }
  return pieces
}

/** The last place at or before `end` that parts no character: bytes 10xxxxxx continue one. */
function endOfCharacter(bytes: Buffer, end: number): number {
  if (end >= bytes.length) return bytes.length
  let place = end
  while (((bytes[place] ?? 0) & 0xc0) === 0x80) place -= 1
  return place
}

const head = /^\d+([+.])/

/** Joins the pieces of several senders; those of one sender's transaction come in a row. */
export class PieceJoiner {
  readonly #begun = new Map<number, string>()

  /** Gives a whole text once its last piece has come. */
  take(sender: number, payload: string): string | null {
    const [whole = '', mark] = head.exec(payload) ?? []
    const text = (this.#begun.get(sender) ?? '') + payload.slice(whole.length)
    if (mark === '+') {
      this.#begun.set(sender, text)
      return null
    }
    this.#begun.delete(sender)
    return text
  }

  clear(): void {
    this.#begun.clear()
  }
}
