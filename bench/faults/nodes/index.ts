import { setTimeout as delay } from 'node:timers/promises'
import { Receiver } from '../../../test/helpers/receiver.js'
import { until } from '../../../test/helpers/until.js'
import { canStartPostgres } from '../../../test/setup/postgres.js'
import { canStartRedis } from '../../../test/setup/redis.js'
import type { Extent, Fault, Finding } from '../fault.js'
import { moreAnswers } from '../writer.js'
import { Cluster } from './cluster.js'
import { Crowd } from './crowd.js'
import { breachesOfGhosts, Ghost } from './ghost.js'
import { hostSecret, internalSecret, plan } from './plan.js'
import { startModel } from './questions.js'

/** `away` is how many seconds Redis is frozen, and then gone; `ghosts` whether each kill waits for who went with it. */
interface Course {
  readonly kills: number
  readonly ghosts: boolean
  readonly redisAway: number
  readonly redisStops: boolean
  readonly postgresRestarts: number
  readonly postgresAway: number
}

const courses: Record<Extent, Course> = {
  short: {
    kills: 1,
    ghosts: false,
    redisAway: 0.3,
    redisStops: false,
    postgresRestarts: 0,
    postgresAway: 0,
  },
  middling: {
    kills: 4,
    ghosts: true,
    redisAway: 10,
    redisStops: true,
    postgresRestarts: 1,
    postgresAway: 3,
  },
  long: { kills: 20, ghosts: true, redisAway: 60, redisStops: true, postgresRestarts: 3, postgresAway: 10 },
}

/** Three nodes on one Postgres and one Redis: nodes are killed, Redis freezes and ends, Postgres ends. */
export const nodes: Fault = {
  name: 'nodes',
  byHand: true,
  missing: () =>
    canStartPostgres() ? (canStartRedis() ? null : 'no Redis is installed') : 'no Postgres is installed',
  async run(extent) {
    const course = courses[extent]
    await using receiver = await Receiver.start()
    await using model = await startModel()
    await using cluster = await Cluster.start(plan, {
      WEBHOOK_URL: receiver.url,
      WEBHOOK_SECRET: 'a secret of the receiver, long enough',
      WEBHOOK_ALLOW_PRIVATE: 'true',
      OPENAI_API_KEY: 'sk-of-nobody',
      OPENAI_BASE_URL: model.url,
      REPLYHQ_AUTH_JWT_SECRET: hostSecret,
      REPLYHQ_INTERNAL_API_SECRET: internalSecret,
    })
    using crowd = await Crowd.gather(cluster)
    crowd.begin()
    const gone = await killNodes(cluster, crowd, course)
    const breaches = [
      ...breachesOfGhosts(gone),
      ...(await breakRedis(cluster, crowd, course)),
      ...(await restartPostgres(cluster, crowd, course)),
    ]
    const found = await crowd.end(receiver)
    return {
      figures: { ...figuresOf(course, gone), ...found.figures },
      breaches: [...breaches, ...found.breaches],
    }
  },
}

const figuresOf = (course: Course, gone: readonly number[]): Finding['figures'] => ({
  kills: course.kills,
  'seconds without Redis': course.redisAway * (course.redisStops ? 2 : 1),
  'Postgres restarts': course.postgresRestarts,
  ...(course.ghosts ? { 'seconds until who had gone was offline': Math.max(...gone).toFixed(1) } : {}),
})

/** Kills one node after the other by chance; gives how long those were shown who went with it. */
async function killNodes(cluster: Cluster, crowd: Crowd, { kills, ghosts }: Course): Promise<number[]> {
  const gone: number[] = []
  for (let kill = 0; kill < kills; kill++) {
    const victim = Math.floor(Math.random() * cluster.nodes.length)
    const ghost = ghosts ? await Ghost.appear(cluster, victim, `ghost-${kill}`) : null
    await moreAnswers(crowd.writers, 20 + Math.floor(Math.random() * 40), 60)
    await cluster.nodes[victim]?.end('SIGKILL')
    ghost?.leave()
    const seconds = ghost?.secondsUntilGone() ?? 0
    await moreAnswers(crowd.writers, 20, 60)
    await cluster.nodes[victim]?.start()
    gone.push(await seconds)
  }
  return gone
}

/** Redis does not answer for a while, and then is gone for one: messages are stored and acknowledged all the same. */
async function breakRedis(cluster: Cluster, crowd: Crowd, course: Course): Promise<string[]> {
  const { redis } = cluster
  redis.freeze()
  await whileAway(crowd, course.redisAway)
  redis.thaw()
  if (course.redisStops) {
    await redis.stop()
    await whileAway(crowd, course.redisAway)
    await redis.start()
  }
  return await allReady(cluster, 'Redis')
}

async function whileAway(crowd: Crowd, seconds: number): Promise<void> {
  await moreAnswers(crowd.writers, 10, 60)
  await delay(seconds * 1_000)
  await moreAnswers(crowd.writers, 10, 60)
}

/** Postgres ends in the middle of everything: no node takes work meanwhile, and all go on by themselves. */
async function restartPostgres(cluster: Cluster, crowd: Crowd, course: Course): Promise<string[]> {
  const breaches: string[] = []
  for (let restart = 0; restart < course.postgresRestarts; restart++) {
    await cluster.postgres.kill()
    const refused = async () => (await cluster.ready()).every((status) => status === 503)
    const told = await until('no node is ready', refused, { deadline: 30_000, every: 100 }).catch(() => false)
    if (!told) breaches.push('a node says that it is ready while Postgres is away')
    await delay(course.postgresAway * 1_000)
    await cluster.postgres.start()
    breaches.push(...(await allReady(cluster, 'Postgres')))
    await moreAnswers(crowd.writers, 20, 60)
  }
  return breaches
}

async function allReady(cluster: Cluster, what: string): Promise<string[]> {
  const ready = async () => (await cluster.ready()).every((status) => status === 200)
  const back = await until('every node is ready', ready, { deadline: 30_000, every: 100 }).catch(() => false)
  return back ? [] : [`a node is not ready 30 s after ${what} is back`]
}
