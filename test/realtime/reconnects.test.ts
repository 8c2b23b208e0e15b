import { expect, test } from 'vitest'
import { Reconnects } from '../../src/server/realtime/reconnects.js'
import { handMovedClock } from '../helpers/clock.js'

function open() {
  const clock = handMovedClock()
  const reconnects = new Reconnects(clock)
  const cut: string[] = []
  const connected = (name: string, credential = name) => {
    const connection = {
      credential,
      alive: true,
      underWay: 0,
      cut() {
        connection.alive = false
        cut.push(name)
      },
    }
    return connection
  }
  return { clock, reconnects, cut, connected }
}

test('a hundred connections in a second are cut for a gap, each of them once', () => {
  const { clock, reconnects, cut, connected } = open()
  const all = Array.from({ length: 250 }, (_, index) => connected(String(index)))
  for (const connection of [...all, ...all]) reconnects.add(connection)
  expect(cut).toHaveLength(0)
  clock.advance(1_000)
  expect(cut).toHaveLength(100)
  for (const connection of all) if (connection.alive) reconnects.add(connection)
  clock.advance(60_000)
  expect(cut).toEqual(all.map(({ credential }) => credential))
})

test('who is being answered is cut after the answer, and who has gone never', () => {
  const { clock, reconnects, cut, connected } = open()
  const [busy, gone, idle] = [connected('busy'), connected('gone'), connected('idle')]
  busy.underWay = 1
  gone.alive = false
  for (const connection of [busy, gone, idle]) reconnects.add(connection)
  clock.advance(5_000)
  expect(cut).toEqual(['idle'])
  busy.underWay = 0
  clock.advance(100)
  expect(cut).toEqual(['idle', 'busy'])
})

test('who has just come again for a gap is left alone for 15 s; then the gaps since are one', () => {
  const { clock, reconnects, cut, connected } = open()
  for (const device of ['phone', 'laptop']) reconnects.add(connected(device, 'ann'))
  clock.advance(100)
  expect(cut).toEqual(['phone', 'laptop'])
  const again = connected('phone again', 'ann')
  for (let gaps = 0; gaps < 3; gaps++) {
    reconnects.add(again)
    clock.advance(4_900)
  }
  expect(cut).toHaveLength(2)
  clock.advance(300)
  expect(cut).toEqual(['phone', 'laptop', 'phone again'])
  clock.advance(60_000)
  reconnects.add(connected('later', 'ann'))
  clock.advance(100)
  expect(cut.at(-1)).toBe('later')
})
