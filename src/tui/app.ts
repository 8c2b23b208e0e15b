import { randomUUID } from 'node:crypto'
import { command } from './actions/command.js'
import { type Desk, type Host, notify } from './actions/desk.js'
import { askLogin } from './actions/login.js'
import { tellOfferEnd } from './actions/offers.js'
import { perform } from './actions/perform.js'
import { loadChat, markSeen } from './actions/show.js'
import { type Attention, attentionToEntry, attentionToOffer, attentionToQueue } from './attention.js'
import type { ActionId } from './keymap/actions.js'
import type { Keymap } from './keymap/keymap.js'
import type { Teammate } from './session/model.js'
import { type Gateway, type Session, SessionError, type SessionEvent } from './session/session.js'
import type { Change } from './state/change.js'
import type { State } from './state/state.js'
import { Store } from './store.js'
import { clean } from './text/clean.js'
import { TypingNotices } from './typing.js'

/** What the application needs from whoever shows it. */
export interface FrontEnd extends Host {
  /** Something has changed: show it soon. */
  changed(): void
  attract(attention: Attention): void
  /** An error that is nobody's mistake: end the program with it. */
  fail(error: unknown): void
}

export interface AppOptions {
  readonly gateway: Gateway
  readonly keymap: Keymap
  readonly frontEnd: FrontEnd
  readonly size: State['size']
  readonly now: () => number
}

/** The agent's desk: it holds the state, follows the server and does the actions, whatever shows it. */
export class App implements Desk {
  session: Session | null = null
  readonly gateway: Gateway
  readonly keymap: Keymap
  readonly host: FrontEnd
  readonly now: () => number
  private readonly store: Store
  private readonly typing = new TypingNotices()
  private arrivedInSight = false

  constructor({ gateway, keymap, frontEnd, size, now }: AppOptions) {
    this.gateway = gateway
    this.keymap = keymap
    this.host = frontEnd
    this.now = now
    this.store = new Store(size, now(), () => frontEnd.changed())
  }

  get state(): State {
    return this.store.state
  }

  newId(): string {
    return randomUUID()
  }

  dispatch(change: Change): void {
    const left = change.type === 'show' ? this.state.currentId : null
    this.store.dispatch(change)
    if (left !== null) this.joinOrLeave(left)
    if (change.type === 'draft') this.typing.follow(this.state, this.session)
    if (change.type === 'terminalFocus' && change.focused) markSeen(this)
  }

  perform(action: ActionId, argument?: string): Promise<void> {
    return perform(this, action, argument)
  }

  /** Does what a line with a slash says. */
  command(line: string): Promise<void> {
    return command(this, line)
  }

  /** Begins with the stored login or the given token, else asks. */
  async start(email: string): Promise<void> {
    const session = await this.gateway.resume()
    if (session) await this.begin(session)
    else askLogin(this, email, null)
  }

  async begin(session: Session): Promise<void> {
    const before = this.session
    this.session = session
    if (before && before !== session) await before.end()
    const { identity } = session
    const afresh =
      before?.identity.agent.id !== identity.agent.id || before.identity.app.id !== identity.app.id
    this.dispatch({ type: 'identified', identity, afresh })
    session.listen((event) => {
      if (this.session === session) this.onEvent(event)
    })
    await this.refresh(session)
  }

  /** Loads every list; also after a gap in the connection. */
  private async refresh(session: Session): Promise<void> {
    // Each as it comes: by the time that the last is there, events may have made the first one old.
    await Promise.all([
      session.queue().then((queue) => this.take(session, { type: 'queue', ...queue })),
      session.mine().then((chats) => this.take(session, { type: 'mine', chats })),
      session.snoozed().then((chats) => this.take(session, { type: 'chats', chats })),
      session.bots().then((chats) => this.take(session, { type: 'chats', chats })),
      session.team().then((team) => this.showTeam(session, team)),
      session.cannedReplies().then((replies) => this.take(session, { type: 'canned', replies })),
    ])
    if (this.session !== session) return
    const open = new Set([...this.state.mine, ...(this.state.currentId ? [this.state.currentId] : [])])
    await Promise.all([...open].map((chatId) => loadChat(this, chatId)))
  }

  private showTeam(session: Session, team: readonly Teammate[]): void {
    this.take(session, { type: 'team', team })
    const me = team.find(({ id }) => id === session.identity.agent.id)
    if (me) this.take(session, { type: 'availability', availability: me.availability })
  }

  // The agent may be in another app by the time that an answer comes.
  private take(session: Session, change: Change): void {
    if (this.session === session) this.dispatch(change)
  }

  private onEvent(event: SessionEvent): void {
    const { session } = this
    this.attract(event)
    const aside = event.type === 'chat' && this.state.chats[event.chat.id]?.chat.status === 'snoozed'
    this.store.queue(event)
    // A flood of messages to one chat needs one receipt, so it is sent with the frame that shows them.
    if (event.type === 'entry') this.arrivedInSight ||= event.entry.chatId === this.store.shown.currentId
    if (event.type === 'chat') this.joinOrLeave(event.chat.id, aside ? 'is back' : 'is yours now')
    if (event.type === 'offerEnded') tellOfferEnd(this, event.offer, event.outcome)
    if (event.type === 'resync' && session) this.run(this.refresh(session))
    if (event.type === 'loggedOut') askLogin(this, '', event.reason)
  }

  /** To be called before a frame: what shows or ends with time follows it. */
  dispatchTime(): void {
    this.store.queueQuietly({ type: 'time', now: this.now() })
  }

  /** To be called when a frame has been shown: what stands on it has been seen. */
  shown(): void {
    if (!this.arrivedInSight) return
    this.arrivedInSight = false
    markSeen(this)
  }

  // An own chat is followed from the moment it comes, another one only while it is on the screen.
  private joinOrLeave(chatId: string, news = 'is yours now'): void {
    const { chats, mine, currentId } = this.state
    const chat = chats[chatId]
    const isOwn = mine.includes(chatId)
    if (chat?.loading === 'none' && isOwn) this.run(this.welcome(chatId, news))
    if (chat?.loading === 'done' && !isOwn && chatId !== currentId) this.leave(chatId)
  }

  // A chat that is on the screen by then is one that the agent has just accepted.
  private async welcome(chatId: string, news: string): Promise<void> {
    await loadChat(this, chatId)
    const { chats, currentId } = this.state
    const chat = chats[chatId]?.chat
    if (!chat || currentId === chatId) return
    notify(this, `${chat.name} ${news}`, 'good')
    this.host.attract({ title: clean(chat.name), body: news })
  }

  private leave(chatId: string): void {
    this.session?.leave(chatId)
    this.dispatch({ type: 'patchChat', chatId, patch: { loading: 'none' } })
    this.dispatch({ type: 'botDraft', chatId, text: null })
  }

  private attract(event: SessionEvent): void {
    const attention = this.attentionTo(event)
    if (attention) this.host.attract(attention)
  }

  private attentionTo(event: SessionEvent): Attention | null {
    const { shown } = this.store
    if (event.type === 'entry') return attentionToEntry(shown, event.entry)
    if (event.type === 'queue') return attentionToQueue(shown, event.size)
    return event.type === 'offer' ? attentionToOffer(shown, event.offer) : null
  }

  private run(work: Promise<void>): void {
    work.catch((error: unknown) => {
      if (error instanceof SessionError) notify(this, error.message, 'danger')
      else this.host.fail(error)
    })
  }
}
