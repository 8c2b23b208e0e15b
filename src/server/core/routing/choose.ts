import type { MemberRow } from '../ports/agents.js'

export interface Candidate extends MemberRow {
  /** When something was offered to the agent last; 0 for never. */
  lastOfferedAt: number
}

export interface Choice {
  routing: 'round_robin' | 'least_busy'
  /** Those who had their chance in this waiting already: they get it again only after everybody else. */
  tried: ReadonlySet<number>
  /** Those who declined it a moment ago: they are not asked again yet, also when nobody else is there. */
  declined: ReadonlySet<number>
  /** Who served this contact last. */
  preferred: number | undefined
}

/** The agent to whom a waiting conversation is offered next; undefined where nobody is free. */
export function choose(
  free: readonly Candidate[],
  { routing, tried, declined, preferred }: Choice,
): Candidate | undefined {
  const willing = free.filter(({ agent }) => !declined.has(agent.key))
  const fresh = willing.filter(({ agent }) => !tried.has(agent.key))
  const pool = fresh.length > 0 ? fresh : willing
  const known = pool.find(({ agent }) => agent.key === preferred)
  if (known !== undefined) return known
  const turn = (candidate: Candidate) => [candidate.lastOfferedAt, candidate.agent.key]
  const order = (candidate: Candidate) =>
    routing === 'least_busy' ? [candidate.active, ...turn(candidate)] : turn(candidate)
  return [...pool].sort((a, b) => compare(order(a), order(b)))[0]
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
