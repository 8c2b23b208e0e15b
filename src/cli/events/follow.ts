import { once } from 'node:events'
import type { AdminClient, EventType, OutsideEvent } from '../../client/index.js'
import type { Cli } from '../cli.js'
import { untilSignal } from '../until-signal.js'
import { tellTrouble } from './trouble.js'

export interface Following {
  /** A cursor; without it only what is still to come. */
  readonly since: string | undefined
  /** None: all. */
  readonly types: readonly EventType[]
  /** Told to people as soon as nothing more is missed. */
  readonly notice: string
  /** Called for one event after another. What it throws ends the command, and the event comes again next time. */
  readonly handle: (event: OutsideEvent, signal: AbortSignal) => Promise<void> | void
  /** Called when everything up to the cursor is handled. */
  readonly handled?: (cursor: string) => void
}

/** Follows the events of a running server until a signal or a failure, and says then how to go on. */
export async function followEvents(cli: Cli, client: AdminClient, following: Following): Promise<never> {
  const stopping = new AbortController()
  const reader = new Reader(cli, client, following, stopping.signal)
  const reading = reader.read()
  try {
    return await untilSignal(reading)
  } finally {
    stopping.abort()
    // Something may be half done: it ends before the place is told.
    await reading.catch(() => {})
    if (reader.cursor !== undefined) cli.out.note(`To go on from here: --since ${reader.cursor}`)
  }
}

class Reader {
  readonly #cli: Cli
  readonly #client: AdminClient
  readonly #following: Following
  readonly #signal: AbortSignal
  cursor: string | undefined

  constructor(cli: Cli, client: AdminClient, following: Following, signal: AbortSignal) {
    this.#cli = cli
    this.#client = client
    this.#following = following
    this.#signal = signal
    this.cursor = following.since
  }

  /** Never settles by itself: rejects for a failure, and hangs after the signal. */
  async read(): Promise<never> {
    const { since, types } = this.#following
    const onTrouble = tellTrouble(this.#cli)
    const pages = this.#client.events.follow({ after: since, types, signal: this.#signal, onTrouble })
    let begun = false
    for await (const { events, cursor } of pages) {
      if (!begun) this.#begin()
      begun = true
      for (const event of events) await this.#one(event)
      if (!this.#signal.aborted) this.#passed(cursor)
      await this.#drained()
    }
    throw new Error('The stream of events has ended.')
  }

  /** The server takes the place: where the first event fails, it is the one to go on from. */
  #begin(): void {
    this.#cli.out.note(this.#following.notice)
    if (this.cursor !== undefined) this.#following.handled?.(this.cursor)
  }

  async #one(event: OutsideEvent): Promise<void> {
    if (this.#signal.aborted) return
    await this.#following.handle(event, this.#signal)
    this.#passed(event.cursor)
  }

  #passed(cursor: string): void {
    if (cursor === this.cursor) return
    this.#following.handled?.(cursor)
    this.cursor = cursor
  }

  /** A slow reader of the output holds the stream, not our memory. */
  async #drained(): Promise<void> {
    const { stdout } = this.#cli.streams
    if (stdout.writableNeedDrain) await once(stdout, 'drain', { signal: this.#signal })
  }
}
