import { altKey, characterKey, type Key, sequenceKey } from './key.js'

/** What a terminal sends. Mouse coordinates count from 0. */
export type InputEvent =
  | { readonly type: 'key'; readonly key: Key }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'mouse'; readonly action: MouseAction; readonly x: number; readonly y: number }
  | { readonly type: 'focus'; readonly focused: boolean }

export type MouseAction = 'press' | 'release' | 'wheelUp' | 'wheelDown'

const ESCAPE = '\x1b'
const PASTE_START = '\x1b[200~'
const PASTE_END = '\x1b[201~'
// What follows an Escape: a whole control sequence, and the beginning of one.
const CONTROL_SEQUENCE = /^\[(\[[A-E]|[0-?]*[ -/]*[@-~])/
const UNFINISHED = /^(\[[0-?]*[ -/]*|\[\[|O)?$/
const LINUX_CONSOLE_KEYS: Readonly<Record<string, string>> = { A: 'f1', B: 'f2', C: 'f3', D: 'f4', E: 'f5' }

/**
 * Turns the terminal's characters into events. Blessed's own decoder splits emoji into two halves, swallows
 * Alt with a sign and every key that comes in one chunk with a mouse event, and knows no pastes.
 */
export class InputDecoder {
  private pending = ''
  private pasted: string | null = null

  /** True while the beginning of a sequence waits for its rest; a lone Escape looks the same. */
  get waiting(): boolean {
    return this.pending !== '' && this.pasted === null
  }

  /** Decodes as much as is complete. */
  feed(chunk: string): InputEvent[] {
    this.pending += chunk
    const events: InputEvent[] = []
    while (this.pending !== '') {
      const taken = this.pasted === null ? this.takeOne(events) : this.takePaste(events)
      if (!taken) break
    }
    return events
  }

  /** Gives up waiting: what came so far is what the agent pressed. */
  flush(): InputEvent[] {
    const rest = this.pending
    this.pending = ''
    return [...rest].map((character) => ({ type: 'key', key: characterKey(character) }))
  }

  private takeOne(events: InputEvent[]): boolean {
    if (this.pending.startsWith(PASTE_START)) {
      this.pending = this.pending.slice(PASTE_START.length)
      this.pasted = ''
      return true
    }
    if (this.pending[0] !== ESCAPE) return this.takeCharacter(events)
    if (UNFINISHED.test(this.pending.slice(1))) return false
    return this.takeEscape(events)
  }

  private takeCharacter(events: InputEvent[]): boolean {
    const [character = ''] = this.pending
    this.pending = this.pending.slice(character.length)
    events.push({ type: 'key', key: characterKey(character) })
    return true
  }

  private takeEscape(events: InputEvent[]): boolean {
    const sequence = CONTROL_SEQUENCE.exec(this.pending.slice(1))
    if (sequence?.[1] !== undefined) {
      this.pending = this.pending.slice(1 + sequence[0].length)
      const event = controlEvent(sequence[1])
      if (event) events.push(event)
      return true
    }
    const [, second = '', third = ''] = this.pending
    const key =
      second === 'O' ? sequenceKey('', third) : second === ESCAPE ? { name: 'escape' } : altKey(second)
    const length = second === 'O' ? 3 : second === ESCAPE ? 1 : 1 + second.length
    this.pending = this.pending.slice(length)
    if (key) events.push({ type: 'key', key })
    return true
  }

  private takePaste(events: InputEvent[]): boolean {
    const end = this.pending.indexOf(PASTE_END)
    if (end < 0) return this.keepPaste()
    const text = (this.pasted ?? '') + this.pending.slice(0, end)
    this.pending = this.pending.slice(end + PASTE_END.length)
    this.pasted = null
    events.push({ type: 'paste', text: text.replace(/\r\n?/g, '\n') })
    return true
  }

  // The end mark itself may be cut in two by the chunks.
  private keepPaste(): boolean {
    const kept = Math.max(0, this.pending.length - PASTE_END.length + 1)
    this.pasted += this.pending.slice(0, kept)
    this.pending = this.pending.slice(kept)
    return false
  }
}

function controlEvent(body: string): InputEvent | null {
  if (body === 'I' || body === 'O') return { type: 'focus', focused: body === 'I' }
  if (body.startsWith('<')) return mouseEvent(body)
  const final = body.slice(-1)
  if (body.startsWith('[')) return { type: 'key', key: { name: LINUX_CONSOLE_KEYS[final] ?? final } }
  const key = sequenceKey(body.slice(0, -1), final)
  return key && { type: 'key', key }
}

function mouseEvent(body: string): InputEvent | null {
  const match = /^<(\d+);(\d+);(\d+)([mM])$/.exec(body)
  if (!match) return null
  const [button, x, y] = match.slice(1, 4).map(Number)
  const action = mouseAction(button ?? 0, match[4] === 'M')
  return action && { type: 'mouse', action, x: (x ?? 1) - 1, y: (y ?? 1) - 1 }
}

// Bit 32 is motion, bit 64 the wheel; the low two bits are the button (xterm, "SGR mouse mode").
function mouseAction(button: number, down: boolean): MouseAction | null {
  if (button & 32) return null
  if (button & 64) return (button & 3) === 0 ? 'wheelUp' : (button & 3) === 1 ? 'wheelDown' : null
  if ((button & 3) !== 0) return null
  return down ? 'press' : 'release'
}
