import { ACTION_IDS, ACTIONS, type Action, type ActionId } from '../keymap/actions.js'
import type { Keymap } from '../keymap/keymap.js'
import { clean } from '../text/clean.js'
import { fitRow, type Row, row, span } from '../text/span.js'
import { wrap } from '../text/wrap.js'

const GROUPS: readonly Action['group'][] = ['Chats', 'Writing', 'Reading', 'Moving', 'ReplyHQ']
const COMPOSER_KEYS: readonly (readonly [string, string])[] = [
  ['Up, Down at the edge', 'What was sent before'],
  ['Ctrl-A, Ctrl-E', 'Beginning, end of the line'],
  ['Alt-B, Alt-F', 'A word back, forward'],
  ['Ctrl-W, Ctrl-U, Alt-D', 'Delete a word, to the beginning, the next word'],
  ['Ctrl-Y', 'Bring back what was deleted'],
]
const MARKS = '… sending   ✓ stored   ✓✓ read   ✗ failed: Enter tries again   ‼ high priority   ⚠ waits long'

/** The help, made from the table of actions and the keys as they are bound now. */
export function helpRows(keymap: Keymap, width: number): Row[] {
  const groups = GROUPS.flatMap((group) => [
    row(group, 'strong'),
    ...ACTION_IDS.filter((id) => ACTIONS[id].group === group && isReachable(id, keymap)).flatMap((id) =>
      actionRows(id, keymap, width),
    ),
    ...(group === 'Writing' ? COMPOSER_KEYS.flatMap(([keys, title]) => lines(keys, title, '', width)) : []),
    row(''),
  ])
  return [
    ...groups,
    row('Marks', 'strong'),
    ...wrap(clean(MARKS), width).map((part) => row(part, 'dim')),
    row('Esc closes this help; PgUp and PgDn scroll', 'dim'),
  ]
}

function isReachable(id: ActionId, keymap: Keymap): boolean {
  return ACTIONS[id].command !== undefined || keymap.label(id) !== ''
}

function actionRows(id: ActionId, keymap: Keymap, width: number): Row[] {
  const action: Action = ACTIONS[id]
  const takes = action.takes ? ` <${action.takes}>` : ''
  const where = action.panes && !action.panes.includes('composer') ? ' (outside the composer)' : ''
  const keys = keymap.label(id).replace(/^Alt-1, .*Alt-9$/, 'Alt-1 … Alt-9')
  const command = action.command ? `/${action.command}${takes}` : ''
  // Where the column of the commands finds no room, what has no key is reached by its command alone.
  const reach = keys === '' && commandCellsOf(width) === 0 ? `/${action.command}` : keys
  return lines(reach, action.title + where, command, width)
}

const GAP = 2

function commandCellsOf(width: number): number {
  return width >= 80 ? 30 : 0
}

/** Keys, what they do and the command beside each other; what they do takes as many rows as it needs. */
function lines(keys: string, title: string, command: string, width: number): Row[] {
  const keyCells = Math.min(22, Math.floor(width / 2))
  const commandCells = commandCellsOf(width)
  const titleCells = width - keyCells - GAP - (commandCells > 0 ? commandCells + GAP : 0)
  return wrap(clean(title), titleCells).map((part, index) => [
    ...fitRow([span(index === 0 ? keys : '', 'key')], keyCells),
    span(' '.repeat(GAP)),
    ...fitRow([span(part)], titleCells),
    ...(commandCells > 0
      ? [span(' '.repeat(GAP)), ...fitRow([span(index === 0 ? command : '', 'dim')], commandCells)]
      : []),
  ])
}
