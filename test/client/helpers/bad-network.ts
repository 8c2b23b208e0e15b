import type { Socket } from 'node:net'
import { Relay } from '../../../src/cli/drill/relay.js'

/** A network between client and server that a test may cut, slow down, or let swallow everything. */
export class BadNetwork extends Relay {
  /** Milliseconds that each piece takes, both ways. */
  delay = 0
  /** Everything sent from now on vanishes, and nobody is told. */
  swallowing = false
  /** Nobody new comes through. */
  refusing = false

  static override before(address: string): Promise<BadNetwork> {
    return new BadNetwork(address).listen()
  }

  protected override admits(): boolean {
    return !this.refusing
  }

  protected override carry(from: Socket, to: Socket): void {
    from.on('data', (piece: Buffer) => {
      if (this.swallowing) return
      // Timers of one length end in the order of their start, so pieces keep theirs while the delay stays.
      setTimeout(() => to.write(piece), this.delay)
    })
  }
}
