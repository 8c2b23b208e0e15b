import { describe, expect, it } from 'vitest'
import { momentLabel, parseMoment } from '../../src/tui/transcript/moment.js'
import { NOON } from './fixtures.js'

const MINUTE = 60_000
const local = (day: number, hours: number, minutes = 0) => new Date(2026, 2, day, hours, minutes).getTime()

describe('a moment', () => {
  // NOON is a Saturday, the 14th of March.
  it.each([
    ['30m', NOON + 30 * MINUTE],
    ['in 2h', NOON + 120 * MINUTE],
    ['3 days', NOON + 3 * 24 * 60 * MINUTE],
    ['1w', NOON + 7 * 24 * 60 * MINUTE],
    ['18:30', local(14, 18, 30)],
    ['9:00', local(15, 9)],
    ['today 13:05', local(14, 13, 5)],
    ['tomorrow', local(15, 9)],
    ['Tomorrow 8:15', local(15, 8, 15)],
    ['monday', local(16, 9)],
    ['until mon 10:00', local(16, 10)],
    ['saturday', local(21, 9)],
    ['2026-03-31', local(31, 9)],
    ['2026-03-31 17:45', local(31, 17, 45)],
  ])('is read from %j', (written, moment) => {
    expect(parseMoment(written, NOON)).toBe(moment)
  })

  it.each(['', 'soon', '25:00', 'tomorrow 9:61', 'm', 's', '2026-02-30', '99999h', '2h 30m'])(
    'is not read from %j',
    (written) => {
      expect(parseMoment(written, NOON)).toBeNull()
    },
  )

  it('is named as people do', () => {
    expect(momentLabel(local(14, 18, 5), NOON)).toBe('today 18:05')
    expect(momentLabel(local(15, 9), NOON)).toBe('tomorrow 9:00')
    expect(momentLabel(local(16, 9), NOON)).toBe('Mon 16 Mar 9:00')
  })
})
