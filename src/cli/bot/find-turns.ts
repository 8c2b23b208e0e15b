import type { PastTurn } from '../../server/core/bot/past-turns.js'
import type { Core } from '../../server/core/index.js'
import type { Operator } from '../../server/core/principal.js'
import type { ConversationFilter } from './conversation-filter.js'

const pageSize = 100
// Most conversations of an app may never have met the bot; looking through all of them helps nobody.
const mostLookedAt = 5_000

/** What the bot said in at most `limit` conversations in which it said something, newest conversation first. */
export async function findTurns(
  core: Core,
  operator: Operator,
  filter: ConversationFilter,
  limit: number,
): Promise<PastTurn[][]> {
  const found: PastTurn[][] = []
  for await (const id of conversationIds(core, operator, filter)) {
    const turns = await core.botRehearsals.past(operator, id)
    if (turns.length > 0) found.push(turns)
    if (found.length === limit) break
  }
  return found
}

async function* conversationIds(
  core: Core,
  operator: Operator,
  filter: ConversationFilter,
): AsyncGenerator<string> {
  if ('ids' in filter) {
    yield* filter.ids
    return
  }
  let beforeKey: number | undefined
  for (let seen = 0; seen < mostLookedAt; seen += pageSize) {
    const page = await core.conversations.list(operator, { ...filter.query, beforeKey, limit: pageSize })
    for (const { conversation } of page) yield conversation.id
    beforeKey = page.at(-1)?.conversation.key
    if (page.length < pageSize) return
  }
}
