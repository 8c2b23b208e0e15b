// WebSocket frames written and read by hand: a client library costs the load generator more than the server under test
// spends on a message, and a load that cannot keep the server busy measures itself.

const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d])
const TEXT = 0x81

/** One masked text frame, as RFC 6455 wants it from a client. The text must be ASCII. */
export function textFrame(text: string): Buffer {
  const length = text.length
  const header = length < 126 ? 2 : 4
  const frame = Buffer.allocUnsafe(header + 4 + length)
  frame[0] = TEXT
  if (header === 2) frame[1] = 0x80 | length
  else {
    frame[1] = 0x80 | 126
    frame.writeUInt16BE(length, 2)
  }
  MASK.copy(frame, header)
  frame.write(text, header + 4, 'latin1')
  for (let at = 0; at < length; at += 1) {
    const place = header + 4 + at
    frame[place] = (frame[place] ?? 0) ^ (MASK[at & 3] ?? 0)
  }
  return frame
}

/** Called with the chunk that holds a whole text frame, and where its payload begins and ends. */
export type FrameListener = (chunk: Buffer, start: number, end: number) => void

/** Cuts a server's byte stream into frames; hands text frames on and skips all others. */
export class FrameReader {
  #rest: Buffer | undefined

  constructor(private readonly onText: FrameListener) {}

  /** Takes the next bytes. They are copied when a frame is not complete, so the caller may reuse its buffer. */
  push(bytes: Buffer): void {
    const chunk = this.#rest === undefined ? bytes : Buffer.concat([this.#rest, bytes])
    let at = 0
    for (;;) {
      const start = payloadStart(chunk, at)
      if (start === undefined) break
      const end = start + payloadLength(chunk, at)
      if (end > chunk.length) break
      if (chunk[at] === TEXT) this.onText(chunk, start, end)
      at = end
    }
    this.#rest = at < chunk.length ? Buffer.from(chunk.subarray(at)) : undefined
  }
}

function payloadStart(chunk: Buffer, at: number): number | undefined {
  if (at + 2 > chunk.length) return undefined
  const short = chunk[at + 1] ?? 0
  const start = at + (short < 126 ? 2 : short === 126 ? 4 : 10)
  return start > chunk.length ? undefined : start
}

function payloadLength(chunk: Buffer, at: number): number {
  const short = chunk[at + 1] ?? 0
  if (short < 126) return short
  return short === 126 ? chunk.readUInt16BE(at + 2) : Number(chunk.readBigUInt64BE(at + 2))
}
