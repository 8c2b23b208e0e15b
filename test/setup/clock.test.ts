import { expect, test } from 'vitest'
import { handMovedClock } from '../helpers/clock.js'

test('a hand-moved clock calls back in order of time, also what is set meanwhile, and not what was cancelled', () => {
  const clock = handMovedClock(1_000)
  const calls: string[] = []
  clock.after(30, () => calls.push(`late at ${clock.now()}`))
  const cancel = clock.after(15, () => calls.push('cancelled'))
  clock.after(10, () => {
    calls.push(`early at ${clock.now()}`)
    cancel()
    clock.after(5, () => calls.push(`set meanwhile at ${clock.now()}`))
  })
  clock.advance(9)
  expect(calls).toEqual([])
  clock.advance(50)
  expect(calls).toEqual(['early at 1010', 'set meanwhile at 1015', 'late at 1030'])
  expect(clock.now()).toBe(1_059)
})
