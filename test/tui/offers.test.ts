import { describe, expect, it } from 'vitest'
import { paletteChoices } from '../../src/tui/actions/desk-wide.js'
import { attentionToOffer } from '../../src/tui/attention.js'
import { nextTickIn } from '../../src/tui/clock.js'
import { ACTIONS } from '../../src/tui/keymap/actions.js'
import { Keymap } from '../../src/tui/keymap/keymap.js'
import { differences } from '../../src/tui/plain/differences.js'
import { offerRow } from '../../src/tui/presentation/offer.js'
import type { Offer } from '../../src/tui/session/model.js'
import { offerNamed } from '../../src/tui/state/offers.js'
import { reduce, reduceAll } from '../../src/tui/state/reduce.js'
import { layoutFor } from '../../src/tui/state/selectors.js'
import { rowWidth } from '../../src/tui/text/span.js'
import { NOON, stateWith, textOf, waiting } from './fixtures.js'

const keymap = new Keymap()

function offerOf(name: string, parts: Partial<Offer> = {}): Offer {
  return {
    chatId: `conv_${name}`,
    name,
    priority: 'normal',
    waitingSince: NOON - 120_000,
    preview: 'hi, is shipping free?',
    endsAt: NOON + 27_400,
    ...parts,
  }
}

const offering = (...offers: readonly Offer[]) =>
  stateWith(...offers.map((offer) => ({ type: 'offer', offer }) as const))

describe('An offer', () => {
  it('says how long, who, how urgent, how long they wait, what they wrote, and the keys', () => {
    const state = offering(offerOf('Bo Li', { priority: 'high' }))
    expect(textOf(offerRow(state, keymap, 138))).toMatch(
      /^ ◆ OFFER 28 s · Bo Li · ‼ high · waits 2m · “hi, is shipping free\?” +Alt-Y accept · Alt-N decline $/,
    )
  })

  it('gives up the keys first where there is little room, and never more cells than there are', () => {
    const state = offering(offerOf('Bo Li', { preview: '漢字 \x1b[31m'.repeat(30) }), offerOf('Zoë'))
    for (const width of [58, 78, 98, 138]) {
      const row = offerRow(state, keymap, width)
      expect(rowWidth(row)).toBe(width)
      expect(textOf(row)).toContain('OFFER 28 s · Bo Li')
      expect(textOf(row)).not.toContain('\x1b')
    }
    expect(textOf(offerRow(state, keymap, 58))).not.toContain('Alt-Y')
    expect(textOf(offerRow(state, keymap, 138))).toContain('+1 more')
  })

  it('takes a line under the header, which the absence of the server takes before it', () => {
    const state = offering(offerOf('Bo'))
    expect([layoutFor(stateWith()).titleRow, layoutFor(state).titleRow]).toEqual([1, 2])
    const offline = reduce(state, {
      type: 'connection',
      connection: { phase: 'offline', retryAt: null, unsent: 0 },
    })
    expect(layoutFor(offline).titleRow).toBe(2)
    expect(ACTIONS.acceptOffer.disabled?.(offline)).toMatch(/Not connected/)
  })

  it('counts every second', () => {
    expect(nextTickIn(offering(offerOf('Bo')))).toBe(1000)
  })

  it('goes by the word of the server, the next one then stands there', () => {
    const bo = offerOf('Bo')
    const state = offering(bo, offerOf('Zoë'))
    const after = reduce(state, { type: 'offerEnded', offer: bo, outcome: 'expired' })
    expect(textOf(offerRow(after, keymap, 138))).toMatch(/ Zoë .*” +Alt-Y/)
    expect(reduce(after, { type: 'offerEnded', offer: bo, outcome: 'expired' })).toBe(after)
  })

  it('goes by itself when that word never comes', () => {
    const state = offering(offerOf('Bo', { endsAt: NOON }))
    expect(reduce(state, { type: 'time', now: NOON + 4999 }).offers).toHaveLength(1)
    expect(reduce(state, { type: 'time', now: NOON + 5000 }).offers).toEqual([])
  })

  it('that is told again after a cut stays one, and does not ring again', () => {
    const bo = offerOf('Bo')
    const state = offering(bo)
    expect(attentionToOffer(stateWith(), bo)).toEqual({ title: 'Offer: Bo', body: 'hi, is shipping free?' })
    expect(attentionToOffer(state, bo)).toBeNull()
    const again = reduce(state, { type: 'offer', offer: { ...bo, endsAt: NOON + 9000 } })
    expect(again.offers).toEqual([{ ...bo, endsAt: NOON + 9000 }])
  })

  it('shows the words that come later, and why the bot handed the visitor over', () => {
    const state = reduceAll(offering(offerOf('Bo', { preview: null })), [
      { type: 'queue', items: [waiting('conv_Bo', { reason: 'billing' })], size: 1 },
      { type: 'offer', offer: offerOf('Bo', { preview: 'my invoice is wrong' }) },
      { type: 'offer', offer: offerOf('Bo', { preview: null }) },
    ])
    expect(textOf(offerRow(state, keymap, 138))).toContain('Bo · billing · waits 2m · “my invoice is wrong”')
  })

  it('is found by name or chat, and is the first without one', () => {
    const state = offering(offerOf('Bo'), offerOf('Zoë'))
    expect(offerNamed(state)?.name).toBe('Bo')
    expect(offerNamed(state, 'zo')?.name).toBe('Zoë')
    expect(offerNamed(state, 'conv_Zoë')?.name).toBe('Zoë')
    expect(offerNamed(state, 'Ken')).toBeNull()
  })

  it('can be answered from the palette, which says when there is none', () => {
    const choice = (state: ReturnType<typeof stateWith>) =>
      paletteChoices(state, keymap).find(({ action }) => action === 'declineOffer')
    expect(choice(offering(offerOf('Bo')))).toMatchObject({ hint: 'Alt-N  /decline' })
    expect(choice(offering(offerOf('Bo')))?.reason).toBeUndefined()
    expect(choice(stateWith())?.reason).toMatch(/Nobody is offered to you now/)
  })

  it('is read out once in the line mode', () => {
    const before = stateWith()
    const after = reduceAll(before, [{ type: 'offer', offer: offerOf('Bo', { priority: 'low' }) }])
    expect(differences(before, after)).toEqual([
      'Offer: Bo · ↓ low · waits 2m · “hi, is shipping free?”. /take accepts, /decline declines, 28 s are left',
    ])
    expect(differences(after, reduce(after, { type: 'time', now: NOON + 1000 }))).toEqual([])
  })
})
