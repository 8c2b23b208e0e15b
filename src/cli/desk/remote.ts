import type { AdminClient, Page } from '../../client/index.js'
import type { Desk } from './desk.js'

export interface RemoteAccess {
  readonly url: string
  /** A personal or access token of an agent, or a secret key. */
  readonly token: string
  readonly appId: string | undefined
}

const largestPage = 200

/** A client of a running server. */
export async function remoteClient({ url, token, appId }: RemoteAccess): Promise<AdminClient> {
  const { createAdminClient } = await import('../../client/index.js')
  const credential = token.startsWith('sk_') ? { apiKey: token } : { token }
  return createAdminClient({ url, appId, ...credential })
}

/** The desk of a running server. */
export async function remoteDesk(access: RemoteAccess): Promise<Desk> {
  const client = await remoteClient(access)
  return {
    conversations: (query, limit) => take(limit, (page) => client.conversations.list({ ...query, ...page })),
    conversation: (id) => client.conversations.one(id),
    messages: (id) => allMessages(client, id),
    close: (id, reason) => client.conversations.close(id, reason),
    contacts: (q, limit) => take(limit, (page) => client.contacts.list({ q, ...page })),
    contact: (id) => client.contacts.one(id),
    queue: (limit) => queue(client, limit),
    stats: () => client.stats(),
    cannedReplies: () => take(Number.POSITIVE_INFINITY, (page) => client.cannedReplies.list(page)),
    addCannedReply: (name, text) => client.cannedReplies.create({ name, text, shared: true }),
    removeCannedReply: (id) => client.cannedReplies.remove(id),
  }
}

type Fetch<Item> = (page: { limit: number; cursor?: string }) => Promise<Page<Item>>

/** At most `limit` entries, page after page. */
async function take<Item>(limit: number, fetch: Fetch<Item>): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | undefined
  do {
    const page = await fetch({ limit: Math.min(limit - items.length, largestPage), cursor })
    items.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined && items.length < limit)
  return items
}

async function queue(client: AdminClient, limit: number): ReturnType<Desk['queue']> {
  let size = 0
  const entries = await take(limit, async (page) => {
    const found = await client.queue.list(page)
    size = found.size
    return found
  })
  return { queue: entries, size }
}

async function allMessages(client: AdminClient, id: string): ReturnType<Desk['messages']> {
  return (await client.conversations.export(id)).messages
}
