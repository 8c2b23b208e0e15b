import { ACTION_IDS, ACTIONS, type Action, type ActionId } from '../keymap/actions.js'
import type { Keymap } from '../keymap/keymap.js'
import { fitRow, type Row, row, span } from '../text/span.js'

const GROUPS: readonly Action['group'][] = ['Chats', 'Writing', 'Reading', 'Moving', 'ReplyHQ']
const COMPOSER_KEYS: readonly (readonly [string, string])[] = [
  ['Alt-Enter, Ctrl-J', 'New line'],
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
    ...ACTION_IDS.filter((id) => ACTIONS[id].group === group && isReachable(id, keymap)).map((id) =>
      actionRow(id, keymap, width),
    ),
    ...(group === 'Writing' ? COMPOSER_KEYS.map(([keys, title]) => line(keys, title, '', width)) : []),
    row(''),
  ])
  return [
    ...groups,
    row('Marks', 'strong'),
    row(MARKS, 'dim'),
    row('Esc closes this help; PgUp and PgDn scroll', 'dim'),
  ]
}

function isReachable(id: ActionId, keymap: Keymap): boolean {
  return ACTIONS[id].command !== undefined || keymap.label(id) !== ''
}

function actionRow(id: ActionId, keymap: Keymap, width: number): Row {
  const action: Action = ACTIONS[id]
  const takes = action.takes ? ` <${action.takes}>` : ''
  const where = action.panes && !action.panes.includes('composer') ? ' (outside the composer)' : ''
  const keys = keymap.label(id).replace(/^Alt-1, .*Alt-9$/, 'Alt-1 … Alt-9')
  return line(keys, action.title + where, action.command ? `/${action.command}${takes}` : '', width)
}

function line(keys: string, title: string, command: string, width: number): Row {
  const keyCells = Math.min(22, Math.floor(width / 3))
  const commandCells = width >= 80 ? 28 : 0
  return [
    ...fitRow([span(keys, 'key')], keyCells),
    span(' '),
    ...fitRow([span(title)], width - keyCells - commandCells - 1),
    ...(commandCells > 0 ? fitRow([span(command, 'dim')], commandCells) : []),
  ]
}
