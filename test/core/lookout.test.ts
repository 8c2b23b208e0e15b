import { expect, test } from 'vitest'
import { Lookout } from '../../src/server/core/lookout.js'
import { handMovedClock } from '../helpers/clock.js'

/** A lookout whose looks end when a test says so, with what it did. */
function makeLookout() {
  const clock = handMovedClock()
  const ends: { resolve: () => void; reject: (error: Error) => void }[] = []
  const failures: unknown[] = []
  const look = () => new Promise<void>((resolve, reject) => ends.push({ resolve, reject }))
  const lookout = new Lookout(clock, look, (error) => failures.push(error))
  const end = async (error?: Error) => {
    const last = ends.at(-1)
    if (error === undefined) last?.resolve()
    else last?.reject(error)
    await turn()
  }
  return { clock, lookout, failures, end, looks: () => ends.length }
}

const turn = () => new Promise(setImmediate)

test('A lookout looks at its start, and every second', async () => {
  const { clock, lookout, end, looks } = makeLookout()
  lookout.look()
  expect(looks()).toBe(0)
  lookout.start()
  expect(looks()).toBe(1)
  await end()
  clock.advance(999)
  expect(looks()).toBe(1)
  clock.advance(1)
  expect(looks()).toBe(2)
  await end()
  clock.advance(1_000)
  expect(looks()).toBe(3)
})

test('A lookout looks once more for all that came up during a look', async () => {
  const { lookout, end, looks } = makeLookout()
  lookout.start()
  for (let times = 0; times < 3; times++) lookout.look()
  expect(looks()).toBe(1)
  await end()
  expect(looks()).toBe(2)
  await end()
  expect(looks()).toBe(2)
})

test('A lookout misses no word that comes in the very moment in which a look ends', async () => {
  const clock = handMovedClock()
  let looks = 0
  const lookout = new Lookout(
    clock,
    async () => {
      looks++
    },
    () => {},
  )
  lookout.start()
  for (let words = 2; words < 20; words++) {
    // Microtasks in a row, because the word has to come in each of the few between a look and the next.
    for (let turns = 0; turns < words; turns++) await null
    const before = looks
    lookout.look()
    await turn()
    expect(looks).toBeGreaterThan(before)
  }
})

test('A lookout goes on after a look that failed', async () => {
  const { lookout, failures, end, looks } = makeLookout()
  lookout.start()
  lookout.look()
  const error = new Error('The database is away.')
  await end(error)
  expect(failures).toEqual([error])
  expect(looks()).toBe(2)
})

test('A lookout that is stopped ends after the look under way, and looks no more', async () => {
  const { clock, lookout, end, looks } = makeLookout()
  lookout.start()
  lookout.look()
  let stopped = false
  const stopping = lookout.stop().then(() => {
    stopped = true
  })
  await turn()
  expect(stopped).toBe(false)
  await end()
  await stopping
  lookout.look()
  clock.advance(5_000)
  expect(looks()).toBe(1)
})
