type Kind = 'delivered' | 'read'

interface ReceiptPorts {
  connected(): boolean
  send(kind: Kind, upToSequence: number): Promise<unknown>
}

/** Tells the server how far one has got: only forward, one at a time, and again after a cut until it has it. */
export class ReceiptSender {
  readonly #ports: ReceiptPorts
  readonly #wanted: Record<Kind, number> = { delivered: 0, read: 0 }
  readonly #stored: Record<Kind, number> = { delivered: 0, read: 0 }
  #busy = false

  constructor(ports: ReceiptPorts) {
    this.#ports = ports
  }

  want(kind: Kind, upToSequence: number): void {
    if (upToSequence <= this.#wanted[kind]) return
    this.#wanted[kind] = upToSequence
    this.flush()
  }

  flush(): void {
    if (this.#busy || !this.#ports.connected()) return
    const kind = this.#due()
    if (kind === null) return
    const upTo = this.#wanted[kind]
    this.#busy = true
    this.#ports.send(kind, upTo).then(
      () => this.#sent(kind, upTo),
      // A cursor is no message: what failed goes with the next one, or after the next connect.
      () => {
        this.#busy = false
      },
    )
  }

  #due(): Kind | null {
    if (this.#wanted.read > this.#stored.read) return 'read'
    // Read implies delivered.
    return this.#wanted.delivered > Math.max(this.#stored.delivered, this.#stored.read) ? 'delivered' : null
  }

  #sent(kind: Kind, upTo: number): void {
    this.#busy = false
    this.#stored[kind] = upTo
    this.flush()
  }
}
