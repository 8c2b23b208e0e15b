import type { AdminClient } from '../../client/index.js'
import type { Desk } from './desk.js'
import { remoteOutside } from './outside.js'
import { take } from './take.js'

export interface RemoteAccess {
  readonly url: string
  /** A personal or access token of an agent, or a secret key. */
  readonly token: string
  readonly appId: string | undefined
}

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
    ...remoteOutside(client),
    knowsWhoIsOnline: true,
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
