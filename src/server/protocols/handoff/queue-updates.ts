import type { Core } from '../../core/index.js'
import type { Staff } from '../../core/principal.js'
import type { WireEvent } from '../protocol.js'
import { type HandoffConnection, staffOf } from './session.js'
import { queueUpdate } from './wire.js'

/** However fast the queue moves, agents get it four times a second. */
const everyMs = 250
const headLength = 100

const scheduled = new WeakMap<Core, Set<number>>()

/** The head of the queue as this protocol shows it. */
export async function queueSnapshot(core: Core, staff: Staff): Promise<ReturnType<typeof queueUpdate>> {
  const { entries, size } = await core.queue.list(staff, { limit: headLength })
  return queueUpdate(entries, size, core.clock.now())
}

/** After a move of the queue: one snapshot for all agents of the app who are connected here. */
export function scheduleUpdate(
  core: Core,
  appKey: number,
  connections: ReadonlySet<HandoffConnection>,
): void {
  const apps = scheduled.get(core) ?? new Set()
  scheduled.set(core, apps)
  if (apps.has(appKey)) return
  apps.add(appKey)
  core.clock.after(everyMs, () => {
    apps.delete(appKey)
    send(core, appKey, connections).catch((error) => core.report(error, 'sending the queue to agents'))
  })
}

async function send(core: Core, appKey: number, connections: ReadonlySet<HandoffConnection>): Promise<void> {
  const agents = [...connections].filter(({ session }) => session.agent?.app.key === appKey)
  const [first] = agents
  if (first === undefined) return
  const update: WireEvent = ['queue:update', await queueSnapshot(core, staffOf(first.session))]
  for (const connection of agents) connection.emit(update)
}
