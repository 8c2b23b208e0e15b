import { draftText } from '../composer/draft.js'
import { layoutDraft } from '../composer/layout.js'
import type { Keymap } from '../keymap/keymap.js'
import { visibleChoices } from '../state/choices.js'
import type { Choice, Chooser, Login, Overlay, Prompt, Question } from '../state/overlay.js'
import type { State } from '../state/state.js'
import { clean } from '../text/clean.js'
import { cutRow, fitRow, type Row, restyle, row, rowWidth, span, spread } from '../text/span.js'
import { wrap } from '../text/wrap.js'
import { boxRows } from './frame.js'
import { helpRows } from './help.js'
import type { Rect } from './layout.js'
import type { Scene, Surface } from './scene.js'

interface Content {
  readonly title: string
  readonly rows: readonly Row[]
  readonly cursor?: { readonly x: number; readonly y: number }
}

const WIDTHS: Readonly<Record<Overlay['kind'], number>> = {
  help: 100,
  chooser: 96,
  question: 72,
  prompt: 72,
  login: 72,
}

/** What stands over the panes, and its cursor. */
export function overlayScene(state: State, overlay: Overlay, keymap: Keymap): Scene {
  const width = Math.min(WIDTHS[overlay.kind], state.size.columns - 4)
  const content = contentOf(state, overlay, keymap, width - 4)
  const rows = content.rows.map((line) => [span(' '), ...line])
  const height = Math.min(rows.length + 2, state.size.rows - 2)
  const area = placed(state, overlay, width, height)
  const surface: Surface = { area, rows: boxRows(content.title, rows.slice(0, height - 2), width) }
  const cursor = content.cursor && { x: area.left + 2 + content.cursor.x, y: area.top + 1 + content.cursor.y }
  return { surfaces: [surface], cursor: cursor ?? null }
}

function placed(state: State, overlay: Overlay, width: number, height: number): Rect {
  const left = Math.floor((state.size.columns - width) / 2)
  const middle = Math.floor((state.size.rows - height) / 2)
  // The palette keeps its upper edge while the list under it grows and shrinks.
  const top = overlay.kind === 'chooser' ? Math.min(middle, 3) : middle
  return { left, top: Math.max(1, top), width, height }
}

function contentOf(state: State, overlay: Overlay, keymap: Keymap, width: number): Content {
  switch (overlay.kind) {
    case 'chooser':
      return chooserContent(state, overlay, width)
    case 'question':
      return questionContent(overlay, width)
    case 'prompt':
      return promptContent(overlay, width)
    case 'help':
      return { title: 'Help', rows: helpRows(keymap, width).slice(overlay.scroll) }
    case 'login':
      return loginContent(overlay, width)
  }
}

function chooserContent(state: State, chooser: Chooser, width: number): Content {
  const field = fieldRow('› ', draftText(chooser.query), chooser.query.cursor, width)
  const choices = visibleChoices(chooser)
  const room = Math.max(3, Math.min(14, state.size.rows - 8))
  const first = Math.max(0, Math.min(chooser.selected - room + 1, choices.length - room))
  const rows = choices.slice(first, first + room).map((choice, index) => {
    const line = choiceRow(choice, width)
    return first + index === chooser.selected ? restyle(fitRow(line, width), 'selected') : line
  })
  const none = choices.length === 0 ? [row('Nothing found', 'dim')] : []
  return { title: chooser.title, rows: [field.row, ...rows, ...none], cursor: { x: field.cursor, y: 0 } }
}

// A long hint, as a quoted message, takes what the label leaves, and half of the line at least.
function choiceRow({ label, hint, reason }: Choice, width: number): Row {
  const name = span(label, reason ? 'dim' : 'plain')
  const room = Math.max(Math.floor(width / 2), width - rowWidth([name]) - 1)
  return spread([name], [span(' '), ...cutRow([span(reason ?? hint, 'dim')], room - 1)], width)
}

function questionContent(question: Question, width: number): Content {
  const lines = question.lines.flatMap((line) => wrap(clean(line), width)).map((line) => row(line))
  return { title: question.title, rows: [...lines, row(''), answerRow()] }
}

function answerRow(): Row {
  return [
    span('y', 'key'),
    span(' or '),
    span('Enter', 'key'),
    span(' yes    '),
    span('n', 'key'),
    span(' or '),
    span('Esc', 'key'),
    span(' no'),
  ]
}

function promptContent(prompt: Prompt, width: number): Content {
  const field = fieldRow('› ', draftText(prompt.draft), prompt.draft.cursor, width)
  return { title: prompt.title, rows: [field.row], cursor: { x: field.cursor, y: 0 } }
}

function loginContent(login: Login, width: number): Content {
  const email = fieldRow('E-mail    ', draftText(login.email), login.email.cursor, width)
  const hidden = '•'.repeat(login.password.graphemes.length)
  const password = fieldRow('Password  ', hidden, login.password.cursor, width)
  const problem =
    login.problem === null ? [] : wrap(clean(login.problem), width).map((line) => row(line, 'danger'))
  const hint = login.busy ? 'Logging in…' : 'Tab changes the field · Enter logs in · Ctrl-C leaves'
  return {
    title: 'Log in to ReplyHQ',
    rows: [row(''), email.row, row(''), password.row, row(''), ...problem, row(hint, 'dim')],
    cursor: login.field === 'email' ? { x: email.cursor, y: 1 } : { x: password.cursor, y: 3 },
  }
}

// A text longer than its field shows its end, where the agent types.
function fieldRow(label: string, text: string, cursor: number, width: number): { row: Row; cursor: number } {
  const room = width - label.length - 1
  const draft = { graphemes: [...text], cursor, killed: '' }
  const layout = layoutDraft(draft, room)
  return {
    row: [span(label, 'accent'), span(layout.rows[layout.cursorRow] ?? '')],
    cursor: label.length + layout.cursorColumn,
  }
}
