import { describe, expect, test } from 'vitest'
import { appSizes } from '../../bench/scale-plan/apps.js'
import { seeded } from '../../bench/scale-plan/chance.js'
import { costs } from '../../bench/scale-plan/costs.js'
import { flowOf, type Scene, sum } from '../../bench/scale-plan/flow.js'
import { habits } from '../../bench/scale-plan/habits.js'
import { anyNode, byShard, type Placement } from '../../bench/scale-plan/placement.js'
import { scenesFor } from '../../bench/scale-plan/scenes.js'
import { weather } from '../../bench/scale-plan/storm.js'
import { renderPlan } from '../../bench/scale-plan/table.js'

const sceneOn = (nodes: number, placement: Placement): Scene => ({
  name: 'a scene',
  sizes: appSizes(10_000, 100, 1),
  nodes,
  placement,
  costs,
  habits,
})

/** One node lets in 10 of 600 clients a second, and each gives an attempt up after 10 s. */
const storm = (longestWait: number, admissionsOf = 10) =>
  weather({
    towards: new Int32Array(600),
    admissionsOf: [admissionsOf],
    admissionsInAll: Number.POSITIVE_INFINITY,
    longestWait,
    patience: { backoff: { first: 500, longest: 15_000 }, timeout: 10_000 },
    chance: seeded(1),
  })

describe('The reckoning for many connections', () => {
  test('gives the same table for the same installation, whenever it runs', () => {
    expect(renderPlan(scenesFor(2_000))).toBe(renderPlan(scenesFor(2_000)))
  })

  test('deals out all visitors to apps, of which the first is the largest', () => {
    const sizes = appSizes(10_000, 100, 1)
    expect(sum(sizes)).toBeGreaterThan(9_900)
    expect(sum(sizes)).toBeLessThan(10_100)
    expect(sizes.toSorted((one, other) => other - one)).toEqual(sizes)
  })

  test('a node alone hears nobody, and gets its own events back from Redis once', () => {
    const { nodes, redis } = flowOf(sceneOn(1, anyNode(16)))
    expect(nodes[0]?.heard).toBeCloseTo(0, 9)
    expect(redis.bytesOut).toBeCloseTo(redis.bytesIn, 3)
  })

  test('where every app is everywhere each further node costs Redis as much again, where apps keep together it does not', () => {
    const everywhere = flowOf(sceneOn(10, anyNode(16))).redis
    expect(everywhere.bytesOut / everywhere.bytesIn).toBeCloseTo(10, 3)
    const together = flowOf(sceneOn(10, byShard(4_096, 2))).redis
    expect(together.bytesOut / together.bytesIn).toBeCloseTo(2, 3)
  })

  test('when a node fails, only the apps that were on it move', () => {
    const all = Array.from({ length: 10 }, (_, node) => node)
    const [placement, later] = [byShard(64, 2), byShard(64, 2)]
    for (let app = 0; app < 200; app += 1) {
      const before = placement.of(app, 10, all).nodes
      const after = later.of(app, 10, all.slice(1)).nodes
      expect(after).toHaveLength(2)
      for (const node of before) if (node !== 0) expect(after).toContain(node)
    }
  })
})

describe('The reckoning of a storm of clients who come back', () => {
  test('lets all in when the node is quick enough', () => {
    const { all, attemptsEach } = storm(Number.POSITIVE_INFINITY, 1_000)
    expect(all).toBeLessThan(5)
    expect(attemptsEach).toBe(1)
  })

  test('without a limit a slow node spends itself on attempts that were given up, with one everybody comes in', () => {
    expect(storm(Number.POSITIVE_INFINITY).all).toBe(Number.POSITIVE_INFINITY)
    expect(storm(5).all).toBeLessThan(2 * (600 / 10))
  })
})
