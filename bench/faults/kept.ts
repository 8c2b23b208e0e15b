import type { AppCredentials } from '../load/targets.js'
import { sum, type Tally, tally } from './tally.js'
import { storedIn, type Writer } from './writer.js'

/** What became of everything that these writers were told is stored, read from a running server. */
export async function tallyOf(
  { url, app }: { url: string; app: AppCredentials },
  writers: readonly Writer[],
): Promise<Tally> {
  const tallies: Tally[] = []
  for (const { conversationId, acknowledged } of writers)
    tallies.push(tally(await storedIn(url, app, conversationId), acknowledged))
  return sum(tallies)
}

/** The same after every writer has sent again what had no answer: all that is stored is acknowledged then. */
export async function settledTally(
  server: { url: string; app: AppCredentials },
  writers: readonly Writer[],
): Promise<Tally> {
  await Promise.all(writers.map((writer) => writer.settle()))
  return tallyOf(server, writers)
}
