/** A page by key: rows before (newest first) or after the key, at most `limit`. */
export interface KeyPage {
  beforeKey?: number
  limit: number
}

/** A row that has no key yet. */
export type New<Row extends { key: number }> = Omit<Row, 'key'>
/** What may change of a row. */
export type Patch<Row> = Partial<Omit<Row, 'key' | 'id' | 'appKey'>>
