import type { Desk } from '../actions/desk.js'
import { submitLogin } from '../actions/login.js'
import { draftText } from '../composer/draft.js'
import { edit } from '../composer/keys.js'
import { isActionId } from '../keymap/actions.js'
import { visibleChoices } from '../state/choices.js'
import type { Chooser, Help, Invocation, Login, Overlay, Prompt, Question } from '../state/overlay.js'
import type { Key } from '../terminal/key.js'

const STEPS: Readonly<Record<string, number>> = {
  up: -1,
  'ctrl-p': -1,
  'shift-tab': -1,
  down: 1,
  'ctrl-n': 1,
  tab: 1,
  pageup: -10,
  pagedown: 10,
}

/** Gives a key to what stands over the panes. */
export async function overlayKey(desk: Desk, overlay: Overlay, key: Key): Promise<void> {
  if (key.name === 'ctrl-c') return overlay.kind === 'login' ? desk.host.leave() : close(desk)
  switch (overlay.kind) {
    case 'chooser':
      return chooserKey(desk, overlay, key)
    case 'question':
      return questionKey(desk, overlay, key)
    case 'prompt':
      return promptKey(desk, overlay, key)
    case 'help':
      return helpKey(desk, overlay, key)
    case 'login':
      return loginKey(desk, overlay, key)
  }
}

/** Puts pasted text into the field that is being typed in. */
export function overlayPaste(desk: Desk, overlay: Overlay, text: string): void {
  const key: Key = { name: 'paste', text: text.replaceAll('\n', ' ') }
  if (overlay.kind === 'chooser') void chooserKey(desk, overlay, key)
  if (overlay.kind === 'prompt') void promptKey(desk, overlay, key)
  if (overlay.kind === 'login') void loginKey(desk, overlay, key)
}

function close(desk: Desk): void {
  desk.dispatch({ type: 'overlay', overlay: null })
}

async function invoke(desk: Desk, { action, argument }: Invocation): Promise<void> {
  close(desk)
  if (isActionId(action)) await desk.perform(action, argument)
}

async function chooserKey(desk: Desk, chooser: Chooser, key: Key): Promise<void> {
  if (key.name === 'escape') return close(desk)
  const choices = visibleChoices(chooser)
  if (key.name === 'enter') {
    const choice = choices[chooser.selected]
    return choice ? invoke(desk, choice) : undefined
  }
  const step = STEPS[key.name]
  if (step !== undefined) {
    const selected = Math.max(0, Math.min(choices.length - 1, chooser.selected + step))
    return desk.dispatch({ type: 'overlay', overlay: { ...chooser, selected } })
  }
  const query = edit(chooser.query, key)
  if (query) desk.dispatch({ type: 'overlay', overlay: { ...chooser, query, selected: 0 } })
}

async function questionKey(desk: Desk, question: Question, key: Key): Promise<void> {
  if (key.name === 'y' || key.name === 'Y' || key.name === 'enter') return invoke(desk, question.yes)
  if (key.name === 'n' || key.name === 'N' || key.name === 'escape') close(desk)
}

async function promptKey(desk: Desk, prompt: Prompt, key: Key): Promise<void> {
  if (key.name === 'escape') return close(desk)
  if (key.name === 'enter') {
    const argument = draftText(prompt.draft).trim()
    return argument === '' ? close(desk) : invoke(desk, { action: prompt.action, argument })
  }
  const draft = edit(prompt.draft, key)
  if (draft) desk.dispatch({ type: 'overlay', overlay: { ...prompt, draft } })
}

async function helpKey(desk: Desk, help: Help, key: Key): Promise<void> {
  const step = STEPS[key.name]
  if (step === undefined || key.name === 'tab') return close(desk)
  desk.dispatch({ type: 'overlay', overlay: { ...help, scroll: Math.max(0, help.scroll + step) } })
}

async function loginKey(desk: Desk, login: Login, key: Key): Promise<void> {
  if (login.busy) return
  if (STEPS[key.name] !== undefined) {
    const field = login.field === 'email' ? 'password' : 'email'
    return desk.dispatch({ type: 'overlay', overlay: { ...login, field } })
  }
  if (key.name === 'enter' && login.field === 'email') {
    return desk.dispatch({ type: 'overlay', overlay: { ...login, field: 'password' } })
  }
  if (key.name === 'enter') return submitLogin(desk, login)
  const draft = edit(login[login.field], key)
  if (draft) desk.dispatch({ type: 'overlay', overlay: { ...login, [login.field]: draft } })
}
