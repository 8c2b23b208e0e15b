import { exitCodes } from '../exit-codes.js'

const codes = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated } as const

/** Holds signals back until what was begun is put away: the first one ends the drill, none ends the process. */
export class Interruption implements Disposable {
  readonly #stopping = new AbortController()
  readonly #listeners = Object.entries(codes).map(
    ([signal, code]) => [signal, () => this.#interrupt(code)] as const,
  )
  /** Of the first signal; null while there was none. */
  exitCode: number | null = null

  constructor() {
    for (const [signal, listener] of this.#listeners) process.on(signal, listener)
  }

  get signal(): AbortSignal {
    return this.#stopping.signal
  }

  [Symbol.dispose](): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener)
  }

  #interrupt(code: number): void {
    this.exitCode ??= code
    this.#stopping.abort()
  }
}
