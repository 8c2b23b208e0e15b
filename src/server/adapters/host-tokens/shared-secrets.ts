import { createSecretKey } from 'node:crypto'
import * as errors from 'jose/errors'
import { jwtVerify } from 'jose/jwt/verify'
import { optionsAt } from './options.js'
import type { Verifier } from './verifier.js'

/** As long as the hash, as RFC 7518 (3.2) asks for. */
const shortestBytes = 32

const algorithms = ['HS256']

/** HS256 under any of the secrets. */
export function sharedSecrets(secrets: readonly string[]): Verifier {
  if (secrets.some((secret) => Buffer.byteLength(secret) < shortestBytes))
    throw new RangeError(`A secret that signs tokens has at least ${shortestBytes} bytes.`)
  const keys = secrets.map((secret) => createSecretKey(Buffer.from(secret)))
  return {
    algorithms,
    async verify(token, now) {
      const options = optionsAt(now, algorithms)
      for (const key of keys) {
        const payload = await jwtVerify(token, key, options).then((result) => result.payload, nullIfForged)
        if (payload !== null) return payload
      }
      throw new errors.JWSSignatureVerificationFailed()
    },
  }
}

function nullIfForged(error: unknown): null {
  if (error instanceof errors.JWSSignatureVerificationFailed) return null
  throw error
}
