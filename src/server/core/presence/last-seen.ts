/** When contacts that are connected here were last heard of. In memory: a sign of life must cost no write. */
export class LastSeen {
  readonly #present = new Map<number, { connections: Set<string>; at: number }>()

  connected(contactKey: number, connectionId: string, at: number): void {
    const here = this.#present.get(contactKey)
    if (here === undefined) this.#present.set(contactKey, { connections: new Set([connectionId]), at })
    else {
      here.connections.add(connectionId)
      here.at = at
    }
  }

  active(contactKey: number, at: number): void {
    const here = this.#present.get(contactKey)
    if (here !== undefined) here.at = at
  }

  /** Gives whether it was the last connection; the contact is remembered until `forget`. */
  disconnected(contactKey: number, connectionId: string, at: number): boolean {
    const here = this.#present.get(contactKey)
    if (here === undefined || !here.connections.delete(connectionId)) return false
    here.at = at
    return here.connections.size === 0
  }

  of(contactKey: number): number | undefined {
    return this.#present.get(contactKey)?.at
  }

  /** When the last connection ended, unless there are others or none was counted here. */
  ended(contactKey: number): number | undefined {
    const here = this.#present.get(contactKey)
    return here?.connections.size === 0 ? here.at : undefined
  }

  /** After the contact was told to be offline, unless a connection has come meanwhile. */
  forget(contactKey: number): void {
    if (this.#present.get(contactKey)?.connections.size === 0) this.#present.delete(contactKey)
  }
}
