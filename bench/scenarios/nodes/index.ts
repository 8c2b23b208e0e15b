import { MeasuredRedis } from '../../machine/redis.js'
import { startDurablePostgres } from '../../product/postgres.js'
import type { Measurement, Scenario } from '../../scenario.js'
import { Layouts } from './layouts.js'
import { Readings } from './readings.js'
import { type Figures, measureInTurns } from './rounds.js'
import { renderNodes } from './table.js'

/**
 * One node beside three, on one Postgres and one Redis. All servers share a core, so that what three nodes bring cannot
 * be seen in messages a second: it is reckoned from what each process spends on a message.
 */
export const nodesScenario: Scenario = {
  name: 'nodes',
  goals: ['nodes-everywhere', 'nodes-apart'],
  async run(extent, tell) {
    await using redis = await MeasuredRedis.start()
    const postgres = await startDurablePostgres()
    try {
      await using layouts = await Layouts.start(postgres, redis)
      const readings = new Readings(postgres.pid, redis)
      const { figures, pace } = await measureInTurns(layouts.all, readings, extent)
      tell(renderNodes(figures, pace))
      return measurements(figures)
    } finally {
      await postgres.stop()
    }
  },
}

function measurements([one, everywhere, apart]: readonly Figures[]): Measurement[] {
  if (one === undefined || everywhere === undefined || apart === undefined)
    throw new Error('A layout was not measured.')
  return [against('nodes-everywhere', everywhere, one), against('nodes-apart', apart, one)]
}

function against(goal: string, three: Figures, one: Figures): Measurement {
  const value = three.perMessage.nodes / one.perMessage.nodes
  const micro = ({ perMessage }: Figures) => `${(perMessage.nodes * 1e6).toFixed(1)} µs`
  const detail = `${micro(three)}, one ${micro(one)}: three cores carry ${(3 / value).toFixed(2)} times one`
  return { goal, value, detail }
}
