/** How tokens of some algorithms are verified: gives the claims, or throws what jose throws, or an AppError. */
export interface Verifier {
  readonly algorithms: readonly string[]
  verify(token: string, now: number): Promise<Record<string, unknown>>
}
