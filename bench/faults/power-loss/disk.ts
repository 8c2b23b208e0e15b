import type { Deed } from './trace.js'

type Change = Extract<Deed, { kind: 'write' | 'truncate' }>

/** What becomes of a change that the disk was not asked to keep: all of it, none of it, or some of its sectors. */
export type Fate = (change: Change) => 'kept' | 'dropped' | 'torn'

interface File {
  readonly content: Content
  /** Changes that no sync has reached yet. */
  pending: Change[]
}

const sector = 512

/** Files as a disk holds them: what was synced for certain, and what may be lost when the power fails. */
export class Disk {
  readonly #files = new Map<string, File>()
  readonly #syncing = new Map<string, number>()

  /** Begins with files as they are, all synced. */
  constructor(files: ReadonlyMap<string, Buffer>) {
    for (const [path, content] of files) this.#files.set(path, { content: Content.of(content), pending: [] })
  }

  apply(deed: Deed): void {
    if (deed.kind === 'sync') this.#sync(deed)
    else if (deed.kind !== 'told') this.#file(deed.file).pending.push(deed)
  }

  /** How many changes of now could be lost. */
  get unsynced(): number {
    return [...this.#files.values()].reduce((count, { pending }) => count + pending.length, 0)
  }

  /** What a machine finds when the power failed now. Files of which nothing is left are not there. */
  afterPowerLoss(fate: Fate, random: () => number): Map<string, Buffer> {
    const found = new Map<string, Buffer>()
    for (const [path, { content, pending }] of this.#files) {
      const left = Content.of(content.bytes)
      for (const change of pending) survive(left, change, fate(change), random)
      if (left.bytes.length > 0) found.set(path, left.bytes)
    }
    return found
  }

  // A sync keeps what was written before it was called; what came while it ran may be lost all the same.
  #sync({ file: path, began, thread }: Extract<Deed, { kind: 'sync' }>): void {
    const file = this.#file(path)
    if (began) {
      this.#syncing.set(thread, file.pending.length)
      return
    }
    for (const change of file.pending.splice(0, this.#syncing.get(thread) ?? 0)) file.content.change(change)
  }

  #file(path: string): File {
    const file = this.#files.get(path) ?? { content: new Content(), pending: [] }
    this.#files.set(path, file)
    return file
  }
}

function survive(content: Content, change: Change, fate: ReturnType<Fate>, random: () => number): void {
  if (fate === 'dropped') return
  if (fate === 'kept' || change.kind === 'truncate') {
    content.change(change)
    return
  }
  const { bytes, offset } = change
  for (let at = 0; at < bytes.length; at += sector)
    if (random() < 0.5)
      content.change({ ...change, offset: offset + at, bytes: bytes.subarray(at, at + sector) })
}

/** Bytes of a file that grows in steps: a log is written to thousands of times. */
class Content {
  #room = Buffer.alloc(1 << 20)
  #size = 0

  static of(bytes: Buffer): Content {
    const content = new Content()
    content.#grow(bytes.length)
    bytes.copy(content.#room)
    return content
  }

  get bytes(): Buffer {
    return this.#room.subarray(0, this.#size)
  }

  change(change: Change): void {
    if (change.kind === 'write') {
      this.#grow(change.offset + change.bytes.length)
      change.bytes.copy(this.#room, change.offset)
    } else {
      this.#room.fill(0, change.size, Math.max(change.size, this.#size))
      this.#grow(change.size)
      this.#size = change.size
    }
  }

  #grow(size: number): void {
    this.#size = Math.max(this.#size, size)
    if (size > this.#room.length) this.#room = Buffer.concat([this.#room, Buffer.alloc(2 * size)])
  }
}
