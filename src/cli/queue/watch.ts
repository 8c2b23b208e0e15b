import type { AdminClient } from '../../client/index.js'
import type { Cli } from '../cli.js'
import { untilSignal } from '../until-signal.js'
import { queueLines } from './lines.js'
import { queueScreen } from './screen.js'

/** Shows the queue of a running server until a signal comes or the server lets us in no longer. */
export async function watchQueue(cli: Cli, client: AdminClient, limit: number): Promise<never> {
  // Asked first, because a live connection would try for ever to reach what is not there.
  await client.queue.list({ limit: 1 })
  const { connectAdmin } = await import('../../client/index.js')
  const live = connectAdmin(client)
  const refused = new Promise<never>((_, reject) => {
    live.onState((state) => {
      if (state.phase === 'refused') reject(state.error)
    })
  })
  const onScreen = cli.streams.stdout.isTTY === true && !cli.options.json
  try {
    using _shown = onScreen ? queueScreen(cli, live, limit) : queueLines(cli, live)
    return await untilSignal(Promise.race([refused, refusal(live.queue().ready)]))
  } finally {
    live.close()
  }
}

/** Only what goes wrong: that it is ready ends nothing. */
const refusal = (ready: Promise<void>) =>
  new Promise<never>((_, reject) => {
    ready.catch(reject)
  })
