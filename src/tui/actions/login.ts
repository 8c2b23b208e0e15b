import { draftOf, draftText, EMPTY_DRAFT } from '../composer/draft.js'
import { SessionError } from '../session/session.js'
import type { Login } from '../state/overlay.js'
import { type Desk, openOverlay } from './desk.js'

/** Asks for e-mail and password. */
export function askLogin(desk: Desk, email: string, problem: string | null): void {
  openOverlay(desk, {
    kind: 'login',
    email: draftOf(email),
    password: EMPTY_DRAFT,
    field: email === '' ? 'email' : 'password',
    busy: false,
    problem,
  })
}

/** Logs in with what was typed; a refusal is shown and the password asked again. */
export async function submitLogin(desk: Desk, login: Login): Promise<void> {
  openOverlay(desk, { ...login, busy: true, problem: null })
  const email = draftText(login.email).trim()
  try {
    const session = await desk.gateway.login(email, draftText(login.password))
    desk.dispatch({ type: 'overlay', overlay: null })
    await desk.begin(session)
  } catch (error) {
    if (!(error instanceof SessionError)) throw error
    askLogin(desk, email, error.message)
  }
}
