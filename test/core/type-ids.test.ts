import fc from 'fast-check'
import { expect, test } from 'vitest'
import { newTypeId, smallestTypeId, timeOfTypeId } from '../../src/server/core/type-ids.js'

test('the time of an id is that of its UUID, as the valid examples of TypeID give both', () => {
  expect(timeOfTypeId('prefix_01h455vb4pex5vsknk084sn02q')).toBe(0x01890a5dac96)
  expect(timeOfTypeId('pre_fix_00000000000000000000000000')).toBe(0)
})

test('ids made one after another sort in that order, also many within a millisecond', () => {
  const ids = Array.from({ length: 20_000 }, () => newTypeId('msg'))
  expect(ids.toSorted()).toEqual(ids)
  expect(new Set(ids).size).toBe(ids.length)
})

test('an id is a prefix and 26 digits that say version 7 and variant 2', () => {
  for (let made = 0; made < 1_000; made += 1)
    expect(newTypeId('conv')).toMatch(
      /^conv_[0-7][0-9a-hjkmnp-tv-z]{9}[ef][0-9a-hjkmnp-tv-z]{2}[89abrstv][0-9a-hjkmnp-tv-z]{12}$/,
    )
})

test('an id bears the time at which it was made', () => {
  const before = Date.now()
  const at = timeOfTypeId(newTypeId('evt'))
  expect(at).toBeGreaterThanOrEqual(before)
})

test('the smallest id of a moment has its time and sorts before any made then', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), (milliseconds) => {
      const smallest = smallestTypeId('msg', milliseconds)
      expect(timeOfTypeId(smallest)).toBe(milliseconds)
      expect(smallest).toHaveLength('msg_'.length + 26)
    }),
  )
  const made = newTypeId('msg')
  expect(smallestTypeId('msg', timeOfTypeId(made)) <= made).toBe(true)
})
