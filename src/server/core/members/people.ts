import { AppError } from '../errors.js'
import type { App, Contact } from '../model.js'
import type { Queries } from '../ports.js'
import { cleanText } from '../text.js'

const namedAtMost = 20

/** Users of the app by what the host calls them, in the order asked for, each once. Throws not_found naming the others. */
export async function usersById(read: Queries, app: App, userIds: readonly string[]): Promise<Contact[]> {
  const wanted = [...new Set(userIds.map(cleanText))]
  const rows = await read.members.byExternalIds(app.key, wanted)
  const found = new Map(rows.map((contact) => [contact.externalId, contact]))
  const unknown = wanted.filter((userId) => !found.has(userId))
  if (unknown.length > 0) throw unknownUsers(unknown)
  return wanted.flatMap((userId) => found.get(userId) ?? [])
}

function unknownUsers(userIds: string[]): AppError {
  const more = userIds.length > namedAtMost ? ` and ${userIds.length - namedAtMost} more` : ''
  const names = `${userIds.slice(0, namedAtMost).join(', ')}${more}`
  return new AppError('not_found', `There is no such user: ${names}. Let the host sync them first.`)
}
