import { expect, test } from 'vitest'
import { MessageOrder } from '../../src/server/realtime/nodes/message-order.js'
import { type HandMovedClock, handMovedClock } from '../helpers/clock.js'
import { created, numbered, textOf, viewed } from './events.js'

interface Line {
  order: MessageOrder
  clock: HandMovedClock
  delivered: string[]
  gaps: string[]
  patient: boolean
}

function openLine(): Line {
  const clock = handMovedClock()
  const line: Omit<Line, 'order'> = { clock, delivered: [], gaps: [], patient: true }
  const order = new MessageOrder({
    clock,
    patient: () => opened.patient,
    deliver: (event) => line.delivered.push(textOf(event)),
    gap: (event) => line.gaps.push(textOf(event)),
  })
  const opened: Line = Object.assign(line, { order })
  return opened
}

const take = ({ order }: Line, ...sequences: number[]) => {
  for (const sequence of sequences) order.take(created(1, sequence))
}

test('messages in order pass at once', () => {
  const line = openLine()
  take(line, 1, 2, 3)
  expect(line).toMatchObject({ delivered: ['#1', '#2', '#3'], gaps: [] })
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
  line.clock.advance(1_000)
  expect(line).toMatchObject({ delivered: { length: 7 }, gaps: [] })
})

test('what is missing is waited for 200 ms; then the rest comes in order, and the gap is told', () => {
  const line = openLine()
  take(line, 1, 4, 3)
  line.clock.advance(199)
  expect(line.delivered).toEqual(['#1'])
  line.clock.advance(1)
  expect(line).toMatchObject({ delivered: ['#1', '#3', '#4'], gaps: ['#3'] })
})

test('one that comes after all is told as a gap too, and does not move the order back', () => {
  const line = openLine()
  take(line, 1, 3)
  line.clock.advance(200)
  take(line, 2, 4)
  expect(line).toMatchObject({ delivered: ['#1', '#3', '#2', '#4'], gaps: ['#3', '#2'] })
})

test('nothing waits while nothing can come', () => {
  const line = openLine()
  line.patient = false
  take(line, 1, 3)
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
  take(line, 5)
  expect(line.gaps).toEqual(['#5'])
})

test('the first message that is heard of a conversation passes, whatever its number', () => {
  const line = openLine()
  take(line, 17, 18)
  expect(line).toMatchObject({ delivered: ['#17', '#18'], gaps: [] })
})
