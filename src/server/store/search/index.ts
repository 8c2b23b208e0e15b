import type { SQL } from 'drizzle-orm'

/** A message that has one of the wanted words. */
export interface Match {
  messageKey: number
  conversationKey: number
}

export interface MatchPage {
  appKey: number
  words: string[]
  notes: boolean
  beforeKey: number
  limit: number
}

/** The full-text index of one database, spoken to on one connection. */
export interface SearchIndex {
  add(entries: { key: number; appKey: number; words: string[] }[]): Promise<void>
  remove(messageKeys: number[]): Promise<void>
  /** Newest first. The last word matches as the beginning of a word, as one types. */
  matches(page: MatchPage): Promise<Match[]>
  /** Whether a message below the watermark may still be missing, and how to tell; keys may be committed out of order. */
  late: { keys: number; missing: SQL } | undefined
}
