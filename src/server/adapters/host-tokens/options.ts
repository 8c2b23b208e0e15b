import type { JWTVerifyOptions } from 'jose'

/** Clocks of two machines differ; the end of a token is held to without it. */
export const clockToleranceMs = 5_000

/** What is asked of every token, whoever's key verifies it. */
export const optionsAt = (now: number, algorithms: string[]): JWTVerifyOptions => ({
  algorithms,
  requiredClaims: ['sub', 'exp'],
  currentDate: new Date(now),
  clockTolerance: clockToleranceMs / 1000,
})
