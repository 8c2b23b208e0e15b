import { expect, test } from 'vitest'
import type { Carrier, Parcel } from '../../src/server/realtime/nodes/carrier.js'
import { Outgoing } from '../../src/server/realtime/nodes/outgoing.js'
import { handMovedClock } from '../helpers/clock.js'
import { until } from '../helpers/until.js'

/** A carrier under a test's control. */
class Belt implements Carrier {
  connected = true
  refuses = false
  readonly sent: string[] = []

  async send(parcels: readonly Parcel[]): Promise<void> {
    if (this.refuses) throw new Error('refused')
    this.sent.push(...parcels.map(({ text }) => text))
  }

  async follow(): Promise<void> {}
  unfollow(): void {}

  async [Symbol.asyncDispose](): Promise<void> {}
}

const parcel = (text: string): Parcel => ({ shard: 1, text })

test('what could not leave is kept, in order, and leaves when the carrier is back', async () => {
  const belt = new Belt()
  const outgoing = new Outgoing(() => belt, handMovedClock())
  belt.connected = false
  for (const text of ['a', 'b', 'c']) outgoing.add(parcel(text))
  belt.connected = true
  outgoing.flush()
  outgoing.add(parcel('d'))
  await until('all left', () => belt.sent.length === 4)
  expect(belt.sent).toEqual(['a', 'b', 'c', 'd'])
})

test('a refusal is tried again after a while, not with everything that is added', async () => {
  const belt = new Belt()
  const clock = handMovedClock()
  const outgoing = new Outgoing(() => belt, clock)
  belt.refuses = true
  outgoing.add(parcel('a'))
  await outgoing.settled(30)
  belt.refuses = false
  clock.advance(250)
  await until('it left', () => belt.sent.length > 0)
  expect(belt.sent).toEqual(['a'])
})

test('past the bound the oldest go', async () => {
  const belt = new Belt()
  const outgoing = new Outgoing(() => belt, handMovedClock(), { parcels: 100, characters: 1_000_000 })
  belt.connected = false
  for (let count = 0; count < 250; count++) outgoing.add(parcel(String(count)))
  belt.connected = true
  outgoing.flush()
  await until('the last left', () => belt.sent.at(-1) === '249')
  expect(belt.sent.length).toBeLessThanOrEqual(100)
  expect(belt.sent).toEqual(
    Array.from({ length: belt.sent.length }, (_, index) => String(250 - belt.sent.length + index)),
  )
})

test('a size in characters bounds it too', async () => {
  const belt = new Belt()
  const outgoing = new Outgoing(() => belt, handMovedClock(), { parcels: 100, characters: 1_000 })
  belt.connected = false
  for (const letter of 'abcdefghijklmnopqrst') outgoing.add(parcel(letter.repeat(100)))
  belt.connected = true
  outgoing.flush()
  await until('the last left', () => belt.sent.at(-1)?.startsWith('t') === true)
  expect(belt.sent.join('').length).toBeLessThanOrEqual(1_000)
})
