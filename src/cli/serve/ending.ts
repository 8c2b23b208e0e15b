const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

// What the shell reports for a process that a signal ended.
const signalBase = 128
const signalNumbers = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const

/** Waits for the reason to stop a server. A second signal does not wait for the orderly stop. */
export class Ending implements Disposable {
  /** Resolves at the first signal; rejects when the server cannot go on. */
  readonly reached: Promise<void>
  readonly #listeners = signals.map((signal) => [signal, () => this.#signalled(signal)] as const)
  #resolve: () => void = () => {}
  #reject: (error: Error) => void = () => {}
  #stopping = false

  constructor() {
    this.reached = new Promise((resolve, reject) => {
      this.#resolve = resolve
      this.#reject = reject
    })
    // It may be rejected while the server still starts, when nobody waits for it yet.
    this.reached.catch(() => {})
    for (const [signal, listener] of this.#listeners) process.on(signal, listener)
  }

  fail(error: Error): void {
    this.#reject(error)
  }

  #signalled(signal: (typeof signals)[number]): void {
    if (this.#stopping) process.exit(signalBase + signalNumbers[signal])
    this.#stopping = true
    this.#resolve()
  }

  [Symbol.dispose](): void {
    for (const [signal, listener] of this.#listeners) process.off(signal, listener)
  }
}
