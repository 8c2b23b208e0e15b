import { createRequire } from 'node:module'
import type { Writable } from 'node:stream'
import type { Widgets } from 'blessed'
import type { Scene } from './presentation/scene.js'
import type { Look, Theme } from './presentation/theme.js'
import type { TerminalInput } from './terminal/input.js'
import { textCells } from './text/cells.js'
import type { Row } from './text/span.js'
import { codePointWidth } from './text/width.js'

/** The terminal as the application uses it. Sizes and positions are in cells, from 0. */
export interface Screen {
  readonly size: { readonly columns: number; readonly rows: number }
  onResize(listener: () => void): void
  /** Draws what differs from what stands there. */
  paint(scene: Scene): void
  /** Forgets what stands there and draws everything again. */
  redraw(scene: Scene): void
  setTitle(title: string): void
  bell(): void
  /** A notice of the desktop, for terminals that know OSC 777 or OSC 9; others ignore it. */
  notify(title: string, body: string): void
  /** Writes a sequence that draws nothing, as for the clipboard. */
  pass(sequence: string): void
  /** Gives the terminal to another program, and takes it back when that has ended. */
  suspend(program: () => Promise<void>): Promise<void>
  /** Restores the terminal as it was. Safe to call twice. */
  close(): void
}

// What blessed keeps inside and its typings leave out: cells of attribute and character, line by line.
type Cell = [attribute: number, character: string]
type Line = Cell[] & { dirty: boolean }
interface Internals {
  readonly lines: Line[]
  readonly tput: { brokenACS: boolean }
  enter(): void
  leave(): void
}
interface UnicodeTables {
  charWidth: (text: string | number, index?: number) => number
}

const DEFAULT_COLOUR = 0x1ff
// Bracketed paste, focus reports; the window's title is kept and given back where the terminal can.
const MODES_ON = '\x1b[22;0t\x1b[?2004h\x1b[?1004h'
const MODES_OFF = '\x1b[?2004l\x1b[?1004l\x1b[23;0t'
const MOUSE = { vt200Mouse: true, cellMotion: true, sgrMouse: true }
const MOUSE_OFF = { vt200Mouse: false, cellMotion: false, sgrMouse: false }

const require = createRequire(import.meta.url)

/** Takes the terminal: alternate screen, mouse, bracketed paste, focus reports. */
export function openScreen(input: TerminalInput, output: Writable, theme: Theme, mouse: boolean): Screen {
  const blessed = require('blessed') as typeof import('blessed')
  useModernWidths()
  const screen = blessed.screen({
    // The newer terminfo of tmux, screen and kitty makes blessed fall back to 8 colours.
    terminal: 'xterm-256color',
    fullUnicode: true,
    // LANG is often unset on servers, and then blessed would write question marks.
    forceUnicode: true,
    input: input.silent,
    // The typings call the output a Readable.
    output: output as unknown as Widgets.IScreenOptions['output'],
  })
  return new BlessedScreen(screen, input, theme, mouse)
}

class BlessedScreen implements Screen {
  private readonly internals: Internals
  private closed = false

  constructor(
    private readonly screen: Widgets.Screen,
    private readonly input: TerminalInput,
    private readonly theme: Theme,
    private readonly mouse: boolean,
  ) {
    this.internals = screen as unknown as Internals
    // Drawing lines in the alternate character set breaks in UTF-8 terminals such as PuTTY.
    this.internals.tput.brokenACS = true
    this.enter()
  }

  get size() {
    return { columns: Number(this.screen.width), rows: Number(this.screen.height) }
  }

  onResize(listener: () => void): void {
    this.screen.on('resize', listener)
  }

  paint({ surfaces, cursor }: Scene): void {
    if (this.closed) return
    for (const { area, rows } of surfaces) {
      for (let y = 0; y < area.height; y += 1)
        this.paintRow(rows[y] ?? [], area.left, area.top + y, area.width)
    }
    const { program } = this.screen
    if (!cursor) program.hideCursor()
    this.screen.render()
    if (cursor) {
      program.cup(cursor.y, cursor.x)
      program.showCursor()
    }
    program.flush()
  }

  redraw(scene: Scene): void {
    this.screen.realloc()
    this.paint(scene)
  }

  setTitle(title: string): void {
    // Not through blessed: in tmux it wraps the title so that tmux hands it on, which tmux forbids by default.
    if (!this.closed) this.write(`\x1b]0;${title}\x07`)
  }

  bell(): void {
    this.write('\x07')
  }

  notify(title: string, body: string): void {
    const text = body.replaceAll(';', ',')
    this.write(`\x1b]777;notify;${title.replaceAll(';', ',')};${text}\x1b\\\x1b]9;${text}\x1b\\`)
  }

  pass(sequence: string): void {
    if (!this.closed) this.write(sequence)
  }

  async suspend(program: () => Promise<void>): Promise<void> {
    this.leave()
    try {
      await program()
    } finally {
      this.internals.enter()
      this.enter()
      this.screen.realloc()
    }
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.leave()
    this.screen.destroy()
  }

  private enter(): void {
    if (this.mouse) this.screen.program.setMouse(MOUSE, true)
    this.write(MODES_ON)
    this.input.start()
  }

  private leave(): void {
    this.input.stop()
    if (this.mouse) this.screen.program.setMouse(MOUSE_OFF, false)
    this.write(MODES_OFF)
    this.internals.leave()
  }

  private write(sequence: string): void {
    const { program } = this.screen
    program.flush()
    program.output.write(sequence)
  }

  // Cells are written by hand: blessed's own way through tags and wrapping counts UTF-16 units, so that a line
  // with emoji comes out too short.
  private paintRow(row: Row, left: number, y: number, width: number): void {
    const line = this.internals.lines[y]
    if (!line) return
    let x = left
    const end = Math.min(left + width, line.length)
    const put = (character: string, attribute: number) => {
      const cell = line[x]
      if (cell && (cell[0] !== attribute || cell[1] !== character)) {
        cell[0] = attribute
        cell[1] = character
        line.dirty = true
      }
      x += 1
    }
    for (const { text, style } of row) {
      const attribute = attributeOf(this.theme[style])
      for (const { character, width: cells } of textCells(text)) {
        if (x + cells > end) break
        put(character, attribute)
        // Blessed skips the cell behind a wide character, whatever it holds.
        if (cells === 2) put(' ', attribute)
      }
    }
    const blank = attributeOf(this.theme.plain)
    while (x < end) put(' ', blank)
  }
}

// Blessed's tables know no emoji: of 120 rows of mixed text 112 came out broken.
function useModernWidths(): void {
  const unicode = require('blessed/lib/unicode') as UnicodeTables
  unicode.charWidth = (text, index = 0) =>
    codePointWidth(typeof text === 'number' ? text : (text.codePointAt(index) ?? 0))
}

function attributeOf(look: Look): number {
  const flags = (look.bold ? 1 : 0) | (look.underline ? 2 : 0) | (look.inverse ? 8 : 0)
  return (flags << 18) | ((look.foreground ?? DEFAULT_COLOUR) << 9) | (look.background ?? DEFAULT_COLOUR)
}
