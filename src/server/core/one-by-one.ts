/** Work under one name is done one after another; the first begins at once. */
export class OneByOne {
  readonly #last = new Map<string, Promise<unknown>>()

  run<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(name)
    const settled = before === undefined ? work() : before.then(work, work)
    this.#last.set(name, settled)
    const forget = () => {
      if (this.#last.get(name) === settled) this.#last.delete(name)
    }
    settled.then(forget, forget)
    return settled
  }
}
