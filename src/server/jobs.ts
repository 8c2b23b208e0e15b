import type { Loggers } from '../logger.js'
import type { Instance } from './context.js'
import type { CoreContext } from './core/context.js'
import { pruneOutbox } from './core/outbox/retention.js'
import type { Clock } from './core/ports.js'
import { JobLeases } from './job-leases.js'
import { targetOf } from './store/target.js'

interface Job {
  name: string
  everyMs: number
  run(): Promise<unknown>
}

/** How many messages one round adds to the full-text index, so that a round is never felt. */
const indexedAtOnce = 500

/** What the server does by itself from time to time. A round that fails is logged and tried again. */
export function startJobs({ core, context, config, outage }: Instance, loggers: Loggers): AsyncDisposable {
  const jobs: Job[] = [
    { name: 'wake snoozed conversations', everyMs: 5_000, run: () => core.lifecycle.wakeDue() },
    { name: 'offer what waits to agents', everyMs: 1_000, run: () => core.routing.round() },
    {
      name: 'bring back what waits for agents who have gone',
      everyMs: 5_000,
      run: () => core.requeue.round(),
    },
    {
      name: 'index messages for search',
      everyMs: 2_000,
      run: () => context.store.indexForSearch(indexedAtOnce),
    },
    { name: 'prune events and deliveries', everyMs: 600_000, run: () => pruneOutbox(context) },
  ]
  // A SQLite file has one server: a lease would be a commit for nothing.
  const leases = targetOf(config.databaseUrl).kind === 'postgres' ? new JobLeases(context) : null
  const turns = jobs.map((job) =>
    leases === null ? job : { ...job, run: () => leases.alone(job.name, job.run) },
  )
  const report = outage.sparing((error, doing) => loggers.jobs.error({ err: error }, `failed: ${doing}`))
  const repeating = turns.map((job) => repeat(job, context.clock.after, report))
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(repeating.map((stop) => stop()))
      await leases?.release()
    },
  }
}

/** A round starts when the one before has ended; stopping waits for the round under way. */
function repeat({ name, everyMs, run }: Job, after: Clock['after'], report: CoreContext['report']) {
  let stopped = false
  let round: Promise<unknown> = Promise.resolve()
  let cancel = () => {}
  const next = () => {
    if (stopped) return
    cancel = after(everyMs, () => {
      round = run()
        .catch((error) => report(error, name))
        .finally(next)
    })
  }
  next()
  return async () => {
    stopped = true
    cancel()
    await round
  }
}
