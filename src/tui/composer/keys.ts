import type { Key } from '../terminal/key.js'
import { type Draft, insert, kill, moveTo, remove } from './draft.js'
import { lineEnd, lineStart, wordLeft, wordRight } from './motion.js'

type Edit = (draft: Draft) => Draft

const backspace: Edit = (draft) => remove(draft, Math.max(0, draft.cursor - 1), draft.cursor)
const deleteRight: Edit = (draft) => remove(draft, draft.cursor, draft.cursor + 1)
const left: Edit = (draft) => moveTo(draft, draft.cursor - 1)
const right: Edit = (draft) => moveTo(draft, draft.cursor + 1)
const toLineStart: Edit = (draft) => moveTo(draft, lineStart(draft))
const toLineEnd: Edit = (draft) => moveTo(draft, lineEnd(draft))
const toWordLeft: Edit = (draft) => moveTo(draft, wordLeft(draft))
const toWordRight: Edit = (draft) => moveTo(draft, wordRight(draft))
const killWordLeft: Edit = (draft) => kill(draft, wordLeft(draft), draft.cursor)
const killWordRight: Edit = (draft) => kill(draft, draft.cursor, wordRight(draft))
const killToLineStart: Edit = (draft) => kill(draft, lineStart(draft), draft.cursor)
const newLine: Edit = (draft) => insert(draft, '\n')

// Readline's names, less those that the screen's own bindings take (ctrl-f, -k, -n, -p, -r, -t, -o).
const EDITS: Readonly<Record<string, Edit>> = {
  backspace,
  'ctrl-h': backspace,
  delete: deleteRight,
  'ctrl-d': deleteRight,
  left,
  right,
  'ctrl-b': left,
  home: toLineStart,
  end: toLineEnd,
  'ctrl-a': toLineStart,
  'ctrl-e': toLineEnd,
  'alt-b': toWordLeft,
  'alt-f': toWordRight,
  'ctrl-left': toWordLeft,
  'ctrl-right': toWordRight,
  'ctrl-w': killWordLeft,
  'alt-backspace': killWordLeft,
  'alt-d': killWordRight,
  'ctrl-u': killToLineStart,
  'ctrl-y': (draft) => insert(draft, draft.killed),
  'shift-enter': newLine,
}

/** The draft after a key, or null when the key does nothing in a text. */
export function edit(draft: Draft, key: Key): Draft | null {
  const change = EDITS[key.name]
  if (change) return change(draft)
  return key.text === undefined ? null : insert(draft, key.text)
}
