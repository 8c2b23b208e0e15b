import { EMPTY_DRAFT } from '../composer/draft.js'
import { currentChat, snoozedChats } from '../state/selectors.js'
import { MOMENT_EXAMPLES, momentLabel, parseMoment } from '../transcript/moment.js'
import { showNextOwn } from './chats.js'
import { type Desk, notify, openOverlay, sessionOf } from './desk.js'

const MOMENTS: readonly (readonly [string, string])[] = [
  ['30m', 'For half an hour'],
  ['2h', 'For two hours'],
  ['tomorrow', 'Until tomorrow'],
  ['monday', 'Until Monday'],
  ['1w', 'For a week'],
]

/** Puts the open chat aside until a time, or until the visitor writes; without one offers some. */
export async function snooze(desk: Desk, until?: string): Promise<void> {
  const chat = currentChat(desk.state)?.chat
  if (!chat) return
  if (until === undefined) return offerMoments(desk)
  if (until === ANOTHER) {
    const title = `Until when? (${MOMENT_EXAMPLES})`
    return openOverlay(desk, { kind: 'prompt', title, draft: EMPTY_DRAFT, action: 'snooze' })
  }
  const moment = parseMoment(until, desk.now())
  if (moment === null) {
    return notify(desk, `“${until}” is no time. Write /snooze ${MOMENT_EXAMPLES}`, 'warning')
  }
  if (moment <= desk.now()) return notify(desk, `“${until}” has passed: give a time to come`, 'warning')
  desk.dispatch({ type: 'chat', chat: await sessionOf(desk).snooze(chat.id, moment) })
  const when = momentLabel(moment, desk.now())
  notify(desk, `${chat.name} is put aside until ${when}, or until they write`, 'good')
  await showNextOwn(desk)
}

/** Offers the agent's chats that are put aside. */
export async function snoozed(desk: Desk): Promise<void> {
  const choices = snoozedChats(desk.state).map(({ chat }) => ({
    action: 'chat',
    argument: chat.id,
    label: chat.name,
    hint: chat.snoozedUntil === null ? '' : `until ${momentLabel(chat.snoozedUntil, desk.now())}`,
  }))
  openOverlay(desk, { kind: 'chooser', title: 'Put aside', choices, query: EMPTY_DRAFT, selected: 0 })
}

const ANOTHER = '?'

function offerMoments(desk: Desk): void {
  const now = desk.now()
  const choices = MOMENTS.map(([argument, label]) => ({
    action: 'snooze',
    argument,
    label,
    hint: momentLabel(parseMoment(argument, now) ?? now, now),
  }))
  const another = { action: 'snooze', argument: ANOTHER, label: 'Another time…', hint: '/snooze <time>' }
  openOverlay(desk, {
    kind: 'chooser',
    title: 'Put aside',
    choices: [...choices, another],
    query: EMPTY_DRAFT,
    selected: 0,
  })
}
