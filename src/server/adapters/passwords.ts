import { randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import type { Passwords } from '../core/ports.js'

// OWASP's first choice for Argon2id: 19 MiB, two passes, one lane.
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }

/** Argon2id, which is the library's default variant. */
export function argon2Passwords(): Passwords {
  // Verified in place of a hash that is not there, so that an unknown account takes as long as a known one.
  const nobody = hash(randomBytes(16).toString('hex'), cost)
  return {
    hash: (password) => hash(password, cost),
    async verify(stored, password) {
      const right = await verify(stored ?? (await nobody), password)
      return stored !== null && right
    },
  }
}
