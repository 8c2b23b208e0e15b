/** What a server answered for a message: it may never be lost, doubled or moved again. */
export interface Acknowledged {
  readonly localId: string
  readonly id: string
  readonly sequence: number
}

export interface StoredMessage {
  readonly id: string
  readonly local_id: string | null
  readonly sequence: number
  readonly body: string
}

/** What became of messages. All but the first two have to be 0. */
export interface Tally {
  readonly acknowledged: number
  /** Stored, and never acknowledged: sent when the end came. */
  readonly unanswered: number
  readonly lost: number
  readonly doubled: number
  /** Not at the place that was acknowledged, or in a sequence with holes. */
  readonly disordered: number
  /** Stored with another text than was sent; all senders here send their local id as text. */
  readonly altered: number
}

/** Holds a conversation as it is stored against what was acknowledged of it. */
export function tally(stored: readonly StoredMessage[], acknowledged: readonly Acknowledged[]): Tally {
  const byLocalId = new Map(stored.map((message) => [message.local_id, message]))
  const told = new Set(acknowledged.map(({ localId }) => localId))
  const kept = acknowledged.flatMap((message) => {
    const found = byLocalId.get(message.localId)
    return found === undefined ? [] : [{ message, found }]
  })
  return {
    acknowledged: acknowledged.length,
    unanswered: stored.filter(({ local_id }) => !told.has(local_id ?? '')).length,
    lost: acknowledged.length - kept.length,
    doubled: stored.length - byLocalId.size + acknowledged.length - told.size,
    disordered:
      stored.filter(({ sequence }, index) => sequence !== index + 1).length +
      kept.filter(({ message, found }) => found.id !== message.id || found.sequence !== message.sequence)
        .length,
    altered: stored.filter(({ body, local_id }) => body !== local_id).length,
  }
}

/** The sum over several conversations. */
export function sum(tallies: readonly Tally[]): Tally {
  const of = (name: keyof Tally) => tallies.reduce((total, entry) => total + entry[name], 0)
  return {
    acknowledged: of('acknowledged'),
    unanswered: of('unanswered'),
    lost: of('lost'),
    doubled: of('doubled'),
    disordered: of('disordered'),
    altered: of('altered'),
  }
}

/** What is wrong, in words; nothing when every promise was kept. */
export function breachesOf({ lost, doubled, disordered, altered }: Tally): string[] {
  const counts = { lost, doubled, disordered, altered }
  return Object.entries(counts).flatMap(([name, count]) => (count === 0 ? [] : [`${count} messages ${name}`]))
}
