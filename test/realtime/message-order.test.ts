import { expect, test } from 'vitest'
import { MessageOrder } from '../../src/server/realtime/nodes/message-order.js'
import type { Missing } from '../../src/server/realtime/nodes/stored-messages.js'
import { type HandMovedClock, handMovedClock } from '../helpers/clock.js'
import { until } from '../helpers/until.js'
import { created, numbered, textOf, viewed } from './events.js'

interface Line {
  order: MessageOrder
  clock: HandMovedClock
  delivered: string[]
  gaps: string[]
  /** What was asked of the store. */
  asked: Missing[]
  patient: boolean
  missingSince: number | null
  /** The oldest message that the store gives when it is asked for all since a time. */
  oldest: number
  /** How the store answers. */
  store: 'answers' | 'is silent' | 'has too many' | 'fails'
  failures: string[]
}

function openLine(): Line {
  const clock = handMovedClock()
  const line: Omit<Line, 'order'> = {
    clock,
    delivered: [],
    gaps: [],
    asked: [],
    patient: true,
    missingSince: null,
    oldest: 1,
    store: 'answers',
    failures: [],
  }
  const order = new MessageOrder({
    clock,
    patient: () => opened.patient,
    missingSince: () => opened.missingSince,
    async readMissing({ conversationKey }, missing) {
      opened.asked.push(missing)
      if (opened.store === 'fails') throw new Error('The store is away.')
      if (opened.store === 'is silent') return new Promise(() => {})
      if (opened.store === 'has too many') return null
      const from = 'after' in missing ? missing.after + 1 : opened.oldest
      return upTo(missing.before - from).map((count) => created(conversationKey, from + count - 1).message)
    },
    deliver: (event) => line.delivered.push(textOf(event)),
    gap: (event) => line.gaps.push(textOf(event)),
    report: (_error, doing) => line.failures.push(doing),
  })
  const opened: Line = Object.assign(line, { order })
  return opened
}

const upTo = (count: number) => Array.from({ length: Math.max(0, count) }, (_, index) => index + 1)

const take = ({ order }: Line, ...sequences: number[]) => {
  for (const sequence of sequences) order.take(created(1, sequence))
}

const haveCome = ({ delivered }: Line, count: number) =>
  until(`${count} have come`, () => delivered.length >= count)

test('messages in order pass at once', () => {
  const line = openLine()
  take(line, 1, 2, 3)
  expect(line).toMatchObject({ delivered: ['#1', '#2', '#3'], gaps: [], asked: [] })
})

test('a message that overtook others waits for them, and with it what comes after', () => {
  const line = openLine()
  take(line, 1, 4)
  line.order.take({ ...created(1, 4), type: 'message.updated' })
  line.order.take(numbered('of no conversation'))
  line.order.take(created(2, 9))
  take(line, 3)
  expect(line.delivered).toEqual(['#1', 'of no conversation', '#9'])
  take(line, 2)
  expect(line.delivered.slice(3)).toEqual(['#2', '#3', '#4', 'message.updated'])
  line.clock.advance(10_000)
  expect(line).toMatchObject({ delivered: { length: 7 }, gaps: [], asked: [] })
})

test('what is missing is waited for 200 ms; then it is read, and all are told in order', async () => {
  const line = openLine()
  take(line, 1, 5, 3)
  line.order.take({ ...created(1, 5), type: 'message.updated' })
  line.clock.advance(199)
  expect(line.asked).toEqual([])
  line.clock.advance(1)
  expect(line.asked).toEqual([{ after: 1, before: 3 }])
  await haveCome(line, 3)
  line.clock.advance(200)
  await haveCome(line, 6)
  expect(line.delivered).toEqual(['#1', '#2', '#3', '#4', '#5', 'message.updated'])
  expect(line).toMatchObject({ gaps: [], asked: { length: 2 } })
})

test('what was read is not told again when it comes after all', async () => {
  const line = openLine()
  take(line, 1, 3)
  line.clock.advance(200)
  await haveCome(line, 3)
  take(line, 2, 4)
  expect(line).toMatchObject({ delivered: ['#1', '#2', '#3', '#4'], gaps: [] })
})

test('while other nodes cannot be heard it is read at once, also what is missing meanwhile', async () => {
  const line = openLine()
  line.patient = false
  take(line, 1, 3, 7, 6)
  await haveCome(line, 7)
  expect(line).toMatchObject({ delivered: upTo(7).map((sequence) => `#${sequence}`), gaps: [] })
})

test('what comes by itself while it is read is told once', async () => {
  const line = openLine()
  line.patient = false
  take(line, 1, 4, 2, 3)
  expect(line.delivered).toEqual(['#1', '#2', '#3', '#4'])
  take(line, 6)
  await haveCome(line, 6)
  expect(line).toMatchObject({ delivered: upTo(6).map((sequence) => `#${sequence}`), gaps: [] })
})

test.each(['has too many', 'fails'] as const)('a store that %s leaves it to the clients', async (store) => {
  const line = openLine()
  line.store = store
  take(line, 1, 4, 3)
  line.clock.advance(200)
  await until('the gap is told', () => line.gaps.length > 0)
  expect(line).toMatchObject({ delivered: ['#1', '#3', '#4'], gaps: ['#3'] })
  expect(line.failures).toHaveLength(store === 'fails' ? 1 : 0)
  take(line, 2)
  expect(line).toMatchObject({ delivered: ['#1', '#3', '#4', '#2'], gaps: ['#3', '#2'] })
})

test('a store that does not answer within five seconds leaves it to the clients', () => {
  const line = openLine()
  line.store = 'is silent'
  take(line, 1, 3)
  line.clock.advance(5_199)
  expect(line.gaps).toEqual([])
  line.clock.advance(1)
  expect(line).toMatchObject({ delivered: ['#1', '#3'], gaps: ['#3'] })
})

test('the view of a conversation says which message is to come first', () => {
  const line = openLine()
  line.order.take(viewed(1, 0))
  take(line, 2)
  expect(line.delivered).toEqual(['conversation.updated'])
  take(line, 1, 3)
  expect(line).toMatchObject({ delivered: ['conversation.updated', '#1', '#2', '#3'], gaps: [] })
})

test('the view may know of a message that is still on its way', () => {
  const line = openLine()
  line.order.take(viewed(1, 5))
  take(line, 4, 5, 6, 7)
  line.order.take(viewed(1, 9))
  take(line, 8)
  expect(line).toMatchObject({ delivered: { length: 7 }, gaps: [] })
  take(line, 3)
  expect(line.gaps).toEqual(['#3'])
})

test('the first message that is heard of a conversation passes, whatever its number', () => {
  const line = openLine()
  take(line, 17, 18)
  expect(line).toMatchObject({ delivered: ['#17', '#18'], gaps: [], asked: [] })
})

test('before the first message come those since other nodes were heard for sure', async () => {
  const line = openLine()
  Object.assign(line, { missingSince: 1_000, oldest: 15 })
  take(line, 17, 18)
  expect(line).toMatchObject({ delivered: [], asked: [{ since: 1_000, before: 17 }] })
  await haveCome(line, 4)
  line.oldest = 18
  take(line, 16, 19)
  line.order.take(created(2, 18))
  await haveCome(line, 6)
  expect(line.delivered).toEqual(['#15', '#16', '#17', '#18', '#19', '#18'])
  expect(line.gaps).toEqual([])
})
