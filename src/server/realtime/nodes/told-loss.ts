import type { Logger } from '../../../logger.js'

/** Shorter absences are made up for before anybody could notice. */
const lookMs = 1_000

interface Watched {
  readonly connected: () => boolean
  /** What does not hold from now on. */
  readonly lost: string
  readonly back: string
}

/** Tells the log when what nodes share is lost, and when it is back: once each, however long it lasts. */
export function tellLoss({ connected, lost, back }: Watched, logger: Logger): Disposable {
  let lostAt: number | null = null
  const look = () => {
    if (connected() === (lostAt === null)) return
    if (lostAt === null) {
      lostAt = performance.now()
      logger.warn(lost)
    } else {
      logger.info({ seconds: Math.round((performance.now() - lostAt) / 1_000) }, back)
      lostAt = null
    }
  }
  const timer = setInterval(look, lookMs).unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

export const redisWords = {
  lost: 'Redis does not answer: until it does, what happens on other nodes is seen here late, who is online there is as it was last known, and each node counts the limits on pace for itself. Nothing that is stored is lost.',
  back: 'Redis answers again: nodes hear each other and count limits together.',
}

export const postgresWords = {
  lost: 'Postgres does not answer on the connection between nodes: until it does, what happens on other nodes is seen here late, and who is online there is as it was last known.',
  back: 'Postgres answers again: nodes hear each other.',
}
