import fuzzysort from 'fuzzysort'
import { draftText } from '../composer/draft.js'
import type { Choice, Chooser } from './overlay.js'

const MOST = 100

/** The choices that match what was typed, the best first; all of them before anything is typed. */
export function visibleChoices(chooser: Chooser): readonly Choice[] {
  const query = draftText(chooser.query).trim()
  if (query === '') return chooser.choices
  return fuzzysort
    .go(query, chooser.choices, { keys: ['label', 'hint'], limit: MOST, threshold: 0.2 })
    .map((result) => result.obj)
}
