import { EMPTY_DRAFT } from '../composer/draft.js'
import { chatIsMine } from '../keymap/reasons.js'
import type { QueueItem } from '../session/model.js'
import { SessionError } from '../session/session.js'
import { currentChat, ownChats } from '../state/selectors.js'
import { type Desk, notify, openOverlay, sessionOf } from './desk.js'
import { showChat } from './show.js'

const OFFLINE = 'offline'

/** Accepts the named visitor, the one chosen in the queue, or the first. */
export async function accept(desk: Desk, name?: string): Promise<void> {
  const item = name ? findInQueue(desk, name) : chosenInQueue(desk)
  if (name && !item) return notify(desk, `Nobody named “${name}” waits in the queue`, 'warning')
  await claimChat(desk, item)
}

/** Enter on a list: accept from the queue, open a chat of one's own, hand over to a colleague. */
export async function choose(desk: Desk): Promise<void> {
  const { state } = desk
  if (state.focus === 'queue') return desk.perform('accept')
  if (state.focus === 'mine') return showChosen(desk)
  const mate = state.team[state.selected.team]
  const chat = currentChat(state)?.chat
  if (!mate) return
  const reason = chatIsMine(state)
  if (!chat || reason !== null) return notify(desk, reason ?? '', 'warning')
  askTransfer(desk, mate.name, mate.id)
}

/** Looks at what is chosen in a list without accepting it. */
export async function view(desk: Desk): Promise<void> {
  const item = desk.state.queue[desk.state.selected.queue]
  if (desk.state.focus === 'queue' && item) await showChat(desk, item.chatId)
  if (desk.state.focus === 'mine') await showChosen(desk)
}

/** Gives the open chat to a colleague or back to the queue; without a name offers both. */
export async function transfer(desk: Desk, target?: string): Promise<void> {
  if (target === undefined) return offerTargets(desk)
  if (target === 'queue') return hand(desk, {}, 'the queue')
  const mate = desk.state.team.find(
    ({ id, name }) => id === target || name.toLowerCase() === target.toLowerCase(),
  )
  if (!mate) return notify(desk, `There is no colleague named “${target}”`, 'warning')
  await hand(desk, { agentId: mate.id }, mate.name)
}

/** Closes the open chat, after a question unless it is already answered. */
export async function close(desk: Desk, answer?: string): Promise<void> {
  const chat = currentChat(desk.state)?.chat
  if (!chat) return
  if (answer !== 'yes') {
    return openOverlay(desk, {
      kind: 'question',
      title: 'Close',
      lines: [`Close the chat with ${chat.name}?`],
      yes: { action: 'close', argument: 'yes' },
    })
  }
  desk.dispatch({ type: 'chat', chat: await sessionOf(desk).closeChat(chat.id) })
  notify(desk, `The chat with ${chat.name} is closed`, 'good')
  await showNextOwn(desk)
}

/** Puts the open chat back into the queue with its old waiting time. */
export async function release(desk: Desk): Promise<void> {
  const chat = currentChat(desk.state)?.chat
  if (!chat) return
  desk.dispatch({ type: 'chat', chat: await sessionOf(desk).release(chat.id) })
  notify(desk, `${chat.name} waits in the queue again`, 'good')
  await showNextOwn(desk)
}

export async function reopen(desk: Desk): Promise<void> {
  const chat = currentChat(desk.state)?.chat
  if (!chat) return
  desk.dispatch({ type: 'chat', chat: await sessionOf(desk).reopen(chat.id) })
  notify(desk, `The chat with ${chat.name} is open again`, 'good')
}

/** Claims a chat, or the first of the queue, and shows it. A claim that was lost names who won. */
export async function claimChat(desk: Desk, item: Pick<QueueItem, 'chatId' | 'name'> | null): Promise<void> {
  try {
    const session = sessionOf(desk)
    const chat = item ? await session.claim(item.chatId) : await session.claimNext()
    if (!chat) return notify(desk, 'Nobody waits in the queue')
    desk.dispatch({ type: 'chat', chat })
    await showChat(desk, chat.id)
    desk.dispatch({ type: 'focus', pane: 'composer' })
    notify(desk, `You have ${chat.name} now`, 'good')
  } catch (error) {
    if (!(error instanceof SessionError) || !error.assignee) throw error
    notify(desk, `${error.assignee.name} has ${item?.name ?? 'this chat'} already`, 'warning')
  }
}

// A choice counts only while the agent looks at the queue; from elsewhere the first is meant.
function chosenInQueue(desk: Desk): QueueItem | null {
  const { state } = desk
  const viewed = state.queue.find((item) => item.chatId === state.currentId)
  if (state.focus !== 'queue' && viewed) return viewed
  return (state.focus === 'queue' ? state.queue[state.selected.queue] : null) ?? null
}

function findInQueue(desk: Desk, name: string): QueueItem | null {
  const wanted = name.toLowerCase()
  return (
    desk.state.queue.find((item) => item.chatId === name) ??
    desk.state.queue.find(
      (item, index) => String(index + 1) === name || item.name.toLowerCase() === wanted,
    ) ??
    desk.state.queue.find((item) => item.name.toLowerCase().startsWith(wanted)) ??
    null
  )
}

function offerTargets(desk: Desk): void {
  const mates = desk.state.team
    .filter((mate) => mate.id !== desk.state.identity?.agent.id)
    .map((mate) => ({
      action: 'transfer',
      argument: mate.id,
      label: mate.name,
      hint: mate.connected ? `${mate.availability} ${mate.active}/${mate.capacity}` : OFFLINE,
    }))
  const queue = { action: 'transfer', argument: 'queue', label: 'Back to the queue', hint: '' }
  const isAway = ({ hint }: { hint: string }) => hint === OFFLINE
  // Enter alone must not hand a visitor to somebody who is not there.
  const choices = [...mates.filter((mate) => !isAway(mate)), queue, ...mates.filter(isAway)]
  openOverlay(desk, { kind: 'chooser', title: 'Transfer to', choices, query: EMPTY_DRAFT, selected: 0 })
}

function askTransfer(desk: Desk, name: string, id: string): void {
  const visitor = currentChat(desk.state)?.chat.name ?? ''
  openOverlay(desk, {
    kind: 'question',
    title: 'Transfer',
    lines: [`Transfer ${visitor} to ${name}?`],
    yes: { action: 'transfer', argument: id },
  })
}

async function hand(desk: Desk, to: { agentId?: string }, name: string): Promise<void> {
  const chat = currentChat(desk.state)?.chat
  if (!chat) return
  desk.dispatch({ type: 'chat', chat: await sessionOf(desk).transfer(chat.id, to) })
  notify(desk, `${chat.name} goes to ${name}`, 'good')
  await showNextOwn(desk)
}

async function showChosen(desk: Desk): Promise<void> {
  const chat = ownChats(desk.state)[desk.state.selected.mine]
  if (!chat) return
  await showChat(desk, chat.chat.id)
  desk.dispatch({ type: 'focus', pane: 'composer' })
}

/** The first of the agent's own chats, or none, in the place of the one that has gone. */
export async function showNextOwn(desk: Desk): Promise<void> {
  const [next] = ownChats(desk.state)
  await showChat(desk, next?.chat.id ?? null)
}
