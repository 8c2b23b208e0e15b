import { describe, expect, test } from 'vitest'
import { Timeline } from '../../src/client/feeds/timeline.js'
import { message, note, sequences } from './helpers/wire.js'

function loaded(first: number, last: number): Timeline {
  const timeline = new Timeline()
  const page = Array.from({ length: last - first + 1 }, (_, index) => message(first + index))
  timeline.load(page, last)
  return timeline
}

describe('A timeline', () => {
  test('keeps a message that comes too early until what is between has come', () => {
    const timeline = loaded(1, 2)
    expect(timeline.put(message(4))).toBe('early')
    expect(sequences(timeline.messages)).toEqual([1, 2])
    expect(timeline.put(message(3))).toBe('fresh')
    expect(timeline.takeEarly()?.sequence).toBe(4)
    expect(timeline.hasHole).toBe(false)
  })

  test('takes the same message once', () => {
    const timeline = loaded(1, 2)
    expect(timeline.put(message(2))).toBe('ignored')
    expect(sequences(timeline.messages)).toEqual([1, 2])
  })

  test('takes a newer state of a message and never an older one', () => {
    const timeline = loaded(1, 2)
    expect(timeline.put(message(1, { body: 'edited', revision: 5 }))).toBe('changed')
    expect(timeline.put(message(1, { body: 'older', revision: 4 }))).toBe('ignored')
    expect(timeline.messages[0]?.body).toBe('edited')
  })

  test('never moves a status back', () => {
    const timeline = loaded(1, 1)
    timeline.put(message(1, { status: 'READ', revision: 3 }))
    timeline.put(message(1, { status: 'SENT', revision: 4, body: 'edited' }))
    expect(timeline.messages[0]).toMatchObject({ status: 'READ', body: 'edited' })
  })

  test('puts a note behind the message that was the last when it was written', () => {
    const timeline = loaded(1, 3)
    timeline.put(note(2, 9))
    expect(sequences(timeline.messages)).toEqual([1, 2, null, 3])
  })

  test('lets a note wait for the message that it follows', () => {
    const timeline = loaded(1, 2)
    expect(timeline.put(note(3, 9))).toBe('early')
    timeline.put(message(3))
    expect(timeline.takeEarly()?.sequence).toBeNull()
  })

  test('ignores changes of messages before its first page', () => {
    const timeline = loaded(10, 12)
    expect(timeline.put(message(3, { revision: 40, body: 'edited' }))).toBe('ignored')
    expect(sequences(timeline.messages)).toEqual([10, 11, 12])
  })

  test('grows by the page before its first message', () => {
    const timeline = loaded(10, 12)
    timeline.prepend([message(8), message(9), message(10)])
    expect(sequences(timeline.messages)).toEqual([8, 9, 10, 11, 12])
    expect(timeline.firstSequence).toBe(8)
  })

  test('begins empty in a new conversation', () => {
    const timeline = new Timeline()
    timeline.load([], 0)
    expect(timeline.put(message(1))).toBe('fresh')
    expect(timeline.lastSequence).toBe(1)
  })
})
