/**
 * Ends a request after a time, or when the caller gives it up. `AbortSignal.any` would say it in one word, but on
 * Node 20 a signal that lives as long as its process keeps everything that was made of it.
 */
export class Deadline implements Disposable {
  readonly #aborter = new AbortController()
  readonly #timer: ReturnType<typeof setTimeout>
  readonly #given: AbortSignal | undefined
  readonly #end = () => this.#aborter.abort()

  constructor(milliseconds: number, given?: AbortSignal) {
    this.#timer = setTimeout(this.#end, milliseconds)
    this.#given = given
    given?.addEventListener('abort', this.#end)
    if (given?.aborted) this.#end()
  }

  get signal(): AbortSignal {
    return this.#aborter.signal
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer)
    this.#given?.removeEventListener('abort', this.#end)
  }
}
