import type { Page } from '../../client/index.js'

const largestPage = 200

type Fetch<Item> = (page: { limit: number; cursor?: string }) => Promise<Page<Item>>

/** At most `limit` entries, page after page. */
export async function take<Item>(limit: number, fetch: Fetch<Item>): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | undefined
  do {
    const page = await fetch({ limit: Math.min(limit - items.length, largestPage), cursor })
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && items.length < limit)
  return items
}
