import { setTimeout as delay } from 'node:timers/promises'
import { settings, users } from './settings.js'

/** Tells the chat service who the users are; tries again until it answers, since either side may start first. */
export async function syncUsers() {
  for (let attempt = 1; ; attempt++) {
    try {
      return await sync()
    } catch (error) {
      if (attempt === 1) console.warn(`Users are not synced yet: ${reason(error)}`)
      await delay(Math.min(250 * attempt, 5_000))
    }
  }
}

async function sync() {
  const answer = await fetch(new URL('/api/users/sync/batch', settings.chatUrl), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Internal-Secret': settings.internalSecret },
    body: JSON.stringify({
      users: users.map(({ id, name, email }) => ({ externalUserId: id, name, email })),
    }),
    signal: AbortSignal.timeout(10_000),
  })
  if (!answer.ok) throw new Error(`the chat service answered ${answer.status} ${await answer.text()}`)
  console.log(`Synced ${users.length} users.`)
}

/** @param {unknown} error */
const reason = (error) =>
  error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error)
