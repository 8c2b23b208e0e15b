/** Counts the events that are not answered yet, so that a server that stops can answer them first. */
export class UnderWay {
  #count = 0
  #stopped = false
  #settle: () => void = () => {}

  /** False once the server stops: the event stays unanswered, and its client sends it again to another node. */
  begin(): boolean {
    if (this.#stopped) return false
    this.#count += 1
    return true
  }

  end(): void {
    this.#count -= 1
    if (this.#count === 0) this.#settle()
  }

  /** Nothing begins any more. Resolves when everything that had begun is answered. */
  stop(): Promise<void> {
    this.#stopped = true
    if (this.#count === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#settle = resolve
    })
  }
}
