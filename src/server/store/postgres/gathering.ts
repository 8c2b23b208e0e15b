interface Call<Asked, Answer> {
  readonly asked: Asked
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/** Calls of one kind that wait to be asked of the database together. */
export class Gathering<Asked, Answer> {
  readonly #ask: (all: readonly Asked[]) => Promise<readonly Answer[]>
  #calls: Call<Asked, Answer>[] = []

  /** `ask` answers in the order of what it is given. */
  constructor(ask: (all: readonly Asked[]) => Promise<readonly Answer[]>) {
    this.#ask = ask
  }

  get waiting(): number {
    return this.#calls.length
  }

  add(asked: Asked): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#calls.push({ asked, resolve, reject })
    })
  }

  async flush(): Promise<void> {
    const calls = this.#calls
    this.#calls = []
    try {
      const answers = await this.#ask(calls.map(({ asked }) => asked))
      for (const [index, answer] of answers.entries()) calls[index]?.resolve(answer)
    } catch (error) {
      for (const { reject } of calls) reject(error)
    }
  }
}
