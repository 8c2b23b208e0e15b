import type { PresenceSubject } from '../../core/ports.js'

/** A subject as it travels between nodes. */
export type SubjectTuple = readonly [type: PresenceSubject['type'], appKey: number, key: number]

/** Whom the other nodes hold connections of, as far as this one has heard. */
export class ConnectedElsewhere {
  readonly #byNode = new Map<string, Map<string, PresenceSubject>>()
  /** On how many other nodes each is. */
  readonly #counts = new Map<string, number>()

  has(subject: PresenceSubject): boolean {
    return this.#counts.has(nameOf(subject))
  }

  *of(appKey: number, type: PresenceSubject['type']): Iterable<number> {
    for (const subjects of this.#byNode.values())
      for (const subject of subjects.values())
        if (subject.appKey === appKey && subject.type === type) yield subject.key
  }

  add(node: string, subject: PresenceSubject): void {
    const name = nameOf(subject)
    const subjects = this.#byNode.get(node) ?? new Map<string, PresenceSubject>()
    this.#byNode.set(node, subjects)
    if (subjects.has(name)) return
    subjects.set(name, subject)
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
  }

  remove(node: string, subject: PresenceSubject): void {
    const name = nameOf(subject)
    if (this.#byNode.get(node)?.delete(name) !== true) return
    const count = (this.#counts.get(name) ?? 1) - 1
    if (count === 0) this.#counts.delete(name)
    else this.#counts.set(name, count)
  }

  /** All of a node, which holds none afterwards. */
  take(node: string): PresenceSubject[] {
    const subjects = [...(this.#byNode.get(node)?.values() ?? [])]
    for (const subject of subjects) this.remove(node, subject)
    this.#byNode.delete(node)
    return subjects
  }
}

const nameOf = ({ type, appKey, key }: PresenceSubject) => `${type}:${appKey}:${key}`

export const toTuple = ({ type, appKey, key }: PresenceSubject): SubjectTuple => [type, appKey, key]

export const fromTuple = ([type, appKey, key]: SubjectTuple): PresenceSubject => ({ type, appKey, key })
