import { draftOf, EMPTY_DRAFT } from '../composer/draft.js'
import { actionOfCommand } from '../keymap/actions.js'
import { cannedNamed } from './canned.js'
import { type Desk, notify } from './desk.js'

/** Does what a line with a slash says: an action by its command, or a canned reply put into the composer. */
export async function command(desk: Desk, line: string): Promise<void> {
  const [, name = '', rest = ''] = /^\/(\S*)\s*([\s\S]*)$/.exec(line) ?? []
  const action = actionOfCommand(name)
  const canned = action ? null : cannedNamed(desk.state, name)
  if (!action && !canned)
    return notify(desk, `There is no command /${name}. /help shows all; // writes a slash`, 'warning')
  desk.dispatch({ type: 'draft', draft: canned ? draftOf(canned.text) : EMPTY_DRAFT })
  if (action) await desk.perform(action, rest.trim() === '' ? undefined : rest.trim())
}
