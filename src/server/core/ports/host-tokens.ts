/** What a token of the host application says. Times are milliseconds. */
export interface HostToken {
  /** The claim `sub`: what the host calls the user. Not cleaned yet. */
  userId: string
  /** The claim `app_id`. Null: the first app. */
  appId: string | null
  name: string | null
  /** Null where the host does not say. */
  issuedAt: number | null
  expiresAt: number
}

/** Tokens by which the host application says who somebody is. */
export interface HostTokens {
  /**
   * Throws AppError `unauthorized` with what is wrong with the token, and `unavailable` while the keys that it
   * would be verified with cannot be had.
   */
  verify(token: string, now: number): Promise<HostToken>
}
