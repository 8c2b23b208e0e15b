/** Numbers from 0 to 1 that are the same at each run (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    return mixed(state) / 2 ** 32
  }
}

/** A whole number of 32 bits for a pair of whole numbers, without pattern. */
export const hashOf = (one: number, other: number): number =>
  mixed(Math.imul(one + 1, 0x9e3779b1) ^ mixed(Math.imul(other + 1, 0x85ebca6b)))

function mixed(value: number): number {
  let mix = Math.imul(value ^ (value >>> 15), value | 1)
  mix ^= mix + Math.imul(mix ^ (mix >>> 7), mix | 61)
  return (mix ^ (mix >>> 14)) >>> 0
}
