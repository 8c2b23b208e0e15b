import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import { invalid } from './errors.js'

/** Of 16 bytes in base64url. */
const encodedLength = 22

const ofAList = 'This cursor is not one of this list. Take it from the page before, or start from the first.'

/**
 * Places in lists, for clients to hand back. A place is a table's integer, which would tell a tenant how much
 * the others write, so it is one block of AES: opaque, and of no use for another list.
 */
export class Cursors {
  readonly #key: Buffer

  constructor(secret: string) {
    this.#key = createHash('sha256').update(`cursor ${secret}`).digest().subarray(0, 16)
  }

  /** A place that takes several numbers. */
  encodeAll(list: string, numbers: readonly number[]): string {
    return numbers.map((number, at) => this.encode(`${list} ${at}`, number)).join('')
  }

  /** Refuses what was not made here for this list of this many numbers, with a sentence that fits the list. */
  decodeAll(list: string, cursor: string, count: number, sentence = ofAList): number[] {
    if (cursor.length !== count * encodedLength) throw invalid(sentence)
    return Array.from({ length: count }, (_, at) =>
      this.decode(`${list} ${at}`, cursor.slice(at * encodedLength, (at + 1) * encodedLength), sentence),
    )
  }

  encode(list: string, key: number): string {
    const cipher = createCipheriv('aes-128-ecb', this.#key, null).setAutoPadding(false)
    return Buffer.concat([cipher.update(block(list, key)), cipher.final()]).toString('base64url')
  }

  /** Refuses what was not made here for this list. */
  decode(list: string, cursor: string, sentence = ofAList): number {
    const sealed = Buffer.from(cursor, 'base64url')
    if (sealed.length !== 16) throw invalid(sentence)
    const decipher = createDecipheriv('aes-128-ecb', this.#key, null).setAutoPadding(false)
    const opened = Buffer.concat([decipher.update(sealed), decipher.final()])
    const key = Number(opened.readBigUInt64BE(0))
    if (!opened.equals(block(list, key))) throw invalid(sentence)
    return key
  }
}

function block(list: string, key: number): Buffer {
  const bytes = Buffer.alloc(16)
  bytes.writeBigUInt64BE(BigInt(key))
  createHash('sha256').update(list).digest().copy(bytes, 8, 0, 8)
  return bytes
}
