/** How often the last use of a key or token is written down: each write would cost a commit. */
export const lastUsePrecisionMs = 60_000
