import { EMPTY_DRAFT } from '../composer/draft.js'
import { ACTION_IDS, ACTIONS, type Action } from '../keymap/actions.js'
import type { Keymap } from '../keymap/keymap.js'
import type { Choice } from '../state/overlay.js'
import { currentChat } from '../state/selectors.js'
import type { State } from '../state/state.js'
import { endEdit } from './change-message.js'
import { chatChoices } from './chat-choices.js'
import { type Desk, notify, openOverlay, sessionOf } from './desk.js'

/** The palette: every command, chat, colleague and app by name. */
export function palette(desk: Desk): void {
  const choices = paletteChoices(desk.state, desk.keymap)
  openOverlay(desk, { kind: 'chooser', title: 'Palette', choices, query: EMPTY_DRAFT, selected: 0 })
}

/** What the palette offers. A command that cannot be used now stands at the end and tells why. */
export function paletteChoices(state: State, keymap: Keymap): Choice[] {
  const chats = chatChoices(state).map((choice) => ({ ...choice, label: `Chat: ${choice.label}` }))
  const waiting = state.queue.map((item, index) => ({
    action: 'accept',
    argument: item.chatId,
    label: `Accept: ${item.name}`,
    hint: `position ${index + 1}`,
  }))
  const mates = state.team.map((mate) => ({
    action: 'transfer',
    argument: mate.id,
    label: `Transfer to ${mate.name}`,
    hint: mate.availability,
    ...reasonOf('transfer', state),
  }))
  const apps = (state.identity?.apps ?? []).map((app) => ({
    action: 'app',
    argument: app.id,
    label: `App: ${app.name}`,
    hint: app.role,
  }))
  const all: Choice[] = [...commandChoices(state, keymap), ...chats, ...waiting, ...mates, ...apps]
  const usable = all.filter(({ reason }) => reason === undefined)
  return [...usable, ...all.filter(({ reason }) => reason !== undefined)]
}

/** Goes to another app; without a name offers those that the agent belongs to. */
export async function changeApp(desk: Desk, name?: string): Promise<void> {
  const apps = desk.state.identity?.apps ?? []
  if (name === undefined) {
    const choices = apps.map((app) => ({ action: 'app', argument: app.id, label: app.name, hint: app.role }))
    return openOverlay(desk, { kind: 'chooser', title: 'App', choices, query: EMPTY_DRAFT, selected: 0 })
  }
  const app = apps.find(
    (candidate) => candidate.id === name || candidate.name.toLowerCase() === name.toLowerCase(),
  )
  if (!app) return notify(desk, `You belong to no app named “${name}”`, 'warning')
  if (app.id === desk.state.identity?.app.id) return
  await desk.begin(await desk.gateway.switchApp(sessionOf(desk), app.id))
  notify(desk, `You are in ${app.name} now`, 'good')
}

/** Online or away; without a word the other one. */
export async function availability(desk: Desk, wanted?: string): Promise<void> {
  const next = wanted ?? (desk.state.availability === 'online' ? 'away' : 'online')
  if (next !== 'online' && next !== 'away')
    return notify(desk, 'Write /availability online or away', 'warning')
  await sessionOf(desk).setAvailability(next)
  desk.dispatch({ type: 'availability', availability: next })
  notify(desk, next === 'online' ? 'You are online' : 'You are away: nothing is given to you', 'good')
}

const AGAIN_MILLISECONDS = 2000

/** Ctrl-C: closes what is open over the panes; twice within two seconds leaves. */
export async function interrupt(desk: Desk): Promise<void> {
  if (desk.state.overlay) return desk.dispatch({ type: 'overlay', overlay: null })
  const before = desk.state.interruptedAt
  if (before !== null && desk.now() - before < AGAIN_MILLISECONDS) return leave(desk)
  desk.dispatch({ type: 'interrupted', at: desk.now() })
  notify(desk, 'Ctrl-C once more leaves ReplyHQ')
}

export function help(desk: Desk): void {
  openOverlay(desk, { kind: 'help', scroll: 0 })
}

/** Leaves; asks first when chats are open. */
export async function leave(desk: Desk, answer?: string): Promise<void> {
  const open = desk.state.mine.length
  if (open === 0 || answer === 'yes') return desk.host.leave()
  openOverlay(desk, {
    kind: 'question',
    title: 'Leave',
    lines: [`${open} ${open === 1 ? 'chat is' : 'chats are'} still open. Leave all the same?`],
    yes: { action: 'leave', argument: 'yes' },
  })
}

export async function logout(desk: Desk): Promise<void> {
  await desk.gateway.forget()
  desk.host.leave()
}

/** Escape: ends the search, the change of a message, the note; from elsewhere it goes to the composer. */
export async function stepBack(desk: Desk): Promise<void> {
  const chat = currentChat(desk.state)
  if (desk.state.search) return desk.dispatch({ type: 'search', search: null })
  if (!chat) return
  if (chat.anchor) return desk.dispatch({ type: 'scrolled', anchor: null })
  if (desk.state.focus !== 'composer') return desk.dispatch({ type: 'focus', pane: 'composer' })
  if (chat.editing) return endEdit(desk)
  if (chat.mode === 'note')
    desk.dispatch({ type: 'patchChat', chatId: chat.chat.id, patch: { mode: 'reply' } })
}

function commandChoices(state: State, keymap: Keymap): Choice[] {
  return ACTION_IDS.filter((id) => ACTIONS[id].command !== undefined && id !== 'palette').map((id) => {
    const action: Action = ACTIONS[id]
    const hint = [keymap.label(id).split(',')[0], `/${action.command}`].filter(Boolean).join('  ')
    return { action: id, label: action.title, hint, ...reasonOf(id, state) }
  })
}

function reasonOf(id: keyof typeof ACTIONS, state: State): { reason?: string } {
  const reason = ACTIONS[id].disabled?.(state)
  return reason == null ? {} : { reason }
}
