import { EMPTY_DRAFT } from '../composer/draft.js'
import type { ActionId } from '../keymap/actions.js'
import type { Entry } from '../session/model.js'
import type { Choice } from '../state/overlay.js'
import { excerpt } from '../transcript/excerpt.js'
import { authorOf } from '../transcript/rows.js'
import { clockTime } from '../transcript/time.js'
import { type Desk, openOverlay } from './desk.js'

const MOST = 100

/** Offers messages, the first one chosen, for an action that takes the id of one; `more` stands below. */
export function offerEntries(
  desk: Desk,
  title: string,
  action: ActionId,
  entries: readonly Entry[],
  more: readonly Choice[] = [],
): void {
  const choices = entries.slice(0, MOST).map((entry) => ({
    action,
    argument: entry.id,
    label: excerpt(entry.body) || entry.attachments.map(({ name }) => name).join(', '),
    hint: `${entry.internal ? '⚑ ' : ''}${authorOf(entry)} ${clockTime(entry.at)}`,
  }))
  openOverlay(desk, {
    kind: 'chooser',
    title,
    choices: [...choices, ...more],
    query: EMPTY_DRAFT,
    selected: 0,
  })
}
