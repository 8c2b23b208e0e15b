import type { AgentFiles } from '../files/agent-files.js'
import type { ActionId } from '../keymap/actions.js'
import type { Keymap } from '../keymap/keymap.js'
import type { Gateway, Session } from '../session/session.js'
import { SessionError } from '../session/session.js'
import type { Change } from '../state/change.js'
import type { Overlay } from '../state/overlay.js'
import type { Notice, State } from '../state/state.js'

/** How much of a text a terminal was given, and what the agent must know of it, as the end of a sentence. */
export interface Copied {
  readonly characters: number
  readonly remark: string
}

/** What an action can ask of the front end that runs it. */
export interface Host {
  /** Lets the agent write in another program; gives the text back, null when it was not changed. */
  edit(text: string): Promise<string | null>
  /** Hands text to the terminal's clipboard; tells how much it took, null where there is no terminal. */
  copy(text: string): Copied | null
  readonly files: AgentFiles
  redraw(): void
  leave(): void
}

/** Where actions work: the state, the session with the server, and the front end. */
export interface Desk {
  readonly state: State
  readonly session: Session | null
  readonly gateway: Gateway
  readonly host: Host
  readonly keymap: Keymap
  now(): number
  newId(): string
  dispatch(change: Change): void
  /** Does an action of the table, or tells why it cannot be done. */
  perform(action: ActionId, argument?: string): Promise<void>
  /** Begins a session: loads the lists and follows the events. */
  begin(session: Session): Promise<void>
}

const NOTICE_MILLISECONDS = 6000

/** Tells the agent something for a few seconds. */
export function notify(desk: Desk, text: string, tone: Notice['tone'] = 'info'): void {
  desk.dispatch({ type: 'notice', notice: { text, tone, until: desk.now() + NOTICE_MILLISECONDS } })
}

export function openOverlay(desk: Desk, overlay: Overlay): void {
  desk.dispatch({ type: 'overlay', overlay })
}

/** The session, or a refusal that the agent can read. */
export function sessionOf(desk: Desk): Session {
  if (desk.session) return desk.session
  throw new SessionError('unauthorized', 'You are not logged in.')
}
