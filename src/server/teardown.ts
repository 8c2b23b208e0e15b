/** What has been opened, to be closed in the opposite order. Node 20 has no AsyncDisposableStack of its own. */
export class Teardown implements AsyncDisposable {
  readonly #steps: (() => PromiseLike<void> | void)[] = []

  use<Resource extends AsyncDisposable>(resource: Resource): Resource {
    this.defer(() => resource[Symbol.asyncDispose]())
    return resource
  }

  defer(step: () => PromiseLike<void> | void): void {
    this.#steps.push(step)
  }

  /** Every step is tried; the first error is thrown at the end. */
  async [Symbol.asyncDispose](): Promise<void> {
    const errors: unknown[] = []
    for (let step = this.#steps.pop(); step !== undefined; step = this.#steps.pop())
      await Promise.resolve(step()).catch((error) => errors.push(error))
    if (errors.length > 0) throw errors[0]
  }
}
