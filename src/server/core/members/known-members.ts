import { hashSecret } from '../ids.js'
import type { Contact } from '../model.js'
import type { Member } from '../principal.js'

/** A member, and when the token ends by which they are known. */
export interface Recognised {
  member: Member
  expiresAt: number
}

// REST brings the token with every request, and finding out again whose it is takes 360 µs instead of 2. What was
// not heard of is seen after this time at the latest, such as a key that the host took back.
const trustedMs = 30_000
const rememberedTokens = 10_000
const rememberedPeople = 50_000

/** Who came with which token, for a moment; and one object for each person, so that connections have the new name. */
export class KnownMembers {
  readonly #byToken = new Map<string, Recognised & { until: number }>()
  readonly #people = new Map<number, Member['contact']>()
  #generation = 0

  /** Goes up whenever something is forgotten: what was read before may be wrong. */
  get generation(): number {
    return this.#generation
  }

  find(token: string, now: number): Recognised | undefined {
    const known = this.#byToken.get(hashSecret(token))
    return known !== undefined && now < known.until ? known : undefined
  }

  /** Not when something was forgotten since the `generation` in which the caller began to read. */
  remember(token: string, recognised: Recognised, now: number, generation: number): void {
    if (generation !== this.#generation) return
    if (this.#byToken.size >= rememberedTokens) this.#byToken.clear()
    const until = Math.min(recognised.expiresAt, now + trustedMs)
    this.#byToken.set(hashSecret(token), { ...recognised, until })
  }

  /** The person's one object, with what was just read in it. */
  current({ key, id, name }: Contact, externalId: string): Member['contact'] {
    const read = { key, id, externalId, name }
    const known = this.#people.get(key)
    if (known !== undefined) return Object.assign(known, read)
    if (this.#people.size >= rememberedPeople) this.#people.clear()
    this.#people.set(key, read)
    return read
  }

  renamed({ key, name }: Contact): void {
    const known = this.#people.get(key)
    if (known !== undefined) known.name = name
  }

  forget(contactKey: number): void {
    this.#generation++
    this.#people.delete(contactKey)
    for (const [token, { member }] of this.#byToken)
      if (member.contact.key === contactKey) this.#byToken.delete(token)
  }

  forgetAll(): void {
    this.#generation++
    this.#byToken.clear()
    this.#people.clear()
  }
}
