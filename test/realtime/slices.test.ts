import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Slices } from '../../src/server/realtime/slices.js'

test('A flood of work is done in its order, and others have their turn in between', async () => {
  let now = 0
  const done: string[] = []
  const slices = new Slices(() => now)
  for (const name of ['first', 'second', 'third'])
    slices.add(() => {
      done.push(name)
      now += 4
    })
  expect(done).toEqual([])
  setImmediate(() => done.push('somebody else'))
  while (done.length < 4) await nextTurn()
  expect(done).toEqual(['first', 'second', 'somebody else', 'third'])
})

test('Work that is added while a flood is worked off is done too, and so is what comes after it', async () => {
  const done: string[] = []
  const slices = new Slices()
  slices.add(() => {
    done.push('first')
    slices.add(() => done.push('added'))
  })
  while (done.length < 2) await nextTurn()
  slices.add(() => done.push('later'))
  while (done.length < 3) await nextTurn()
  expect(done).toEqual(['first', 'added', 'later'])
})
