import { describe, expect, it } from 'vitest'
import { InputDecoder, type InputEvent } from '../../src/tui/terminal/decoder.js'
import { costOf } from './fixtures.js'

function names(events: readonly InputEvent[]): string[] {
  return events.map((event) => (event.type === 'key' ? event.key.name : event.type))
}

describe('the decoder of the terminal', () => {
  it.each([
    ['\x0b', 'ctrl-k'],
    ['\r', 'enter'],
    ['\n', 'ctrl-j'],
    ['\t', 'tab'],
    ['\x7f', 'backspace'],
    ['\x1b[Z', 'shift-tab'],
    ['\x1ba', 'alt-a'],
    ['\x1b/', 'alt-/'],
    ['\x1b1', 'alt-1'],
    ['\x1b\r', 'alt-enter'],
    ['\x1b\x7f', 'alt-backspace'],
    ['\x1bOP', 'f1'],
    ['\x1b[[A', 'f1'],
    ['\x1b[12~', 'f2'],
    ['\x1b[5~', 'pageup'],
    ['\x1b[1;5D', 'ctrl-left'],
    ['\x1b[13;2u', 'shift-enter'],
    ['?', '?'],
    [' ', 'space'],
  ])('names %j %s', (sequence, name) => {
    expect(names(new InputDecoder().feed(sequence))).toEqual([name])
  })

  it('keeps an emoji in one piece', () => {
    expect(new InputDecoder().feed('🐢')).toEqual([{ type: 'key', key: { name: '🐢', text: '🐢' } }])
  })

  it('waits for the rest of a sequence that comes in two chunks', () => {
    const decoder = new InputDecoder()
    expect(decoder.feed('\x1b[1;')).toEqual([])
    expect(decoder.waiting).toBe(true)
    expect(names(decoder.feed('5C'))).toEqual(['ctrl-right'])
  })

  it('gives a lone Escape when nothing follows', () => {
    const decoder = new InputDecoder()
    expect(decoder.feed('\x1b')).toEqual([])
    expect(names(decoder.flush())).toEqual(['escape'])
    expect(decoder.waiting).toBe(false)
  })

  it('gives a paste as one text, its line ends made equal, however it is cut', () => {
    const decoder = new InputDecoder()
    const events = ['a\x1b[20', '0~one\rtwo\r\nth', 'ree\x1b[2', '01~b'].flatMap((chunk) =>
      decoder.feed(chunk),
    )
    expect(events).toEqual([
      { type: 'key', key: { name: 'a', text: 'a' } },
      { type: 'paste', text: 'one\ntwo\nthree' },
      { type: 'key', key: { name: 'b', text: 'b' } },
    ])
  })

  it('does not take what is pasted for keys', () => {
    const events = new InputDecoder().feed('\x1b[200~\x03\x1b[A\x1b[201~')
    expect(events).toEqual([{ type: 'paste', text: '\x03\x1b[A' }])
  })

  it('tells presses and the wheel, with cells from 0, and keeps the keys beside them', () => {
    const events = new InputDecoder().feed('\x1b[<0;3;4Mx\x1b[<64;1;1M\x1b[<65;1;1M\x1b[<0;3;4m\x1b[<32;9;9M')
    expect(events).toEqual([
      { type: 'mouse', action: 'press', x: 2, y: 3 },
      { type: 'key', key: { name: 'x', text: 'x' } },
      { type: 'mouse', action: 'wheelUp', x: 0, y: 0 },
      { type: 'mouse', action: 'wheelDown', x: 0, y: 0 },
      { type: 'mouse', action: 'release', x: 2, y: 3 },
    ])
  })

  it('tells whether the terminal has the focus', () => {
    expect(new InputDecoder().feed('\x1b[O\x1b[I')).toEqual([
      { type: 'focus', focused: false },
      { type: 'focus', focused: true },
    ])
  })

  it('drops sequences that mean nothing here', () => {
    expect(names(new InputDecoder().feed('\x1b[?62;c\x1b[99~a'))).toEqual(['a'])
  })

  it('takes a paste of 200 KB in small chunks without delay', () => {
    const decoder = new InputDecoder()
    const chunks = ['\x1b[200~', ...Array.from({ length: 200 }, () => 'x'.repeat(1024)), '\x1b[201~']
    let events: InputEvent[] = []
    const cost = costOf(() => {
      events = chunks.flatMap((chunk) => decoder.feed(chunk))
    })
    expect(events).toEqual([{ type: 'paste', text: 'x'.repeat(200 * 1024) }])
    expect(cost).toBeLessThan(500)
  })
})
