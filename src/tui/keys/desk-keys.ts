import { type Desk, openOverlay } from '../actions/desk.js'
import type { InputEvent } from '../terminal/decoder.js'
import type { Key } from '../terminal/key.js'
import { composerKey } from './composer-keys.js'
import { mouse } from './mouse.js'
import { overlayKey, overlayPaste } from './overlay-keys.js'

// Up to this many pasted lines go into the composer at once; more may be an accident.
const UNASKED_LINES = 5

/** Turns what the terminal sends into actions. Holds nothing but the first half of a chord. */
export class DeskKeys {
  private chord: string | null = null

  constructor(private readonly desk: Desk) {}

  async handle(event: InputEvent): Promise<void> {
    switch (event.type) {
      case 'key':
        return this.key(event.key)
      case 'paste':
        return this.paste(event.text)
      case 'mouse':
        return mouse(this.desk, event)
      case 'focus':
        return this.desk.dispatch({ type: 'terminalFocus', focused: event.focused })
    }
  }

  private async key(key: Key): Promise<void> {
    const { desk } = this
    if (desk.state.overlay) return overlayKey(desk, desk.state.overlay, key)
    if (!desk.state.identity) return key.name === 'ctrl-c' ? desk.host.leave() : undefined
    const match = desk.keymap.match(desk.state.focus, key.name, this.chord)
    const chord = this.chord
    this.chord = match.type === 'prefix' ? key.name : null
    if (match.type === 'action')
      return desk.perform(match.action, match.action === 'chat' ? match.key : undefined)
    if (match.type === 'none' && chord === null && desk.state.focus === 'composer') composerKey(desk, key)
  }

  private async paste(text: string): Promise<void> {
    const { desk } = this
    if (desk.state.overlay) return overlayPaste(desk, desk.state.overlay, text)
    const lines = text.split('\n').length
    desk.dispatch({ type: 'focus', pane: 'composer' })
    if (lines <= UNASKED_LINES) return desk.perform('paste', text)
    openOverlay(desk, {
      kind: 'question',
      title: 'Paste',
      lines: [`Paste ${lines} lines into the composer?`],
      yes: { action: 'paste', argument: text },
    })
  }
}
