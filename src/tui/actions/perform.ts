import { ACTIONS, type ActionId } from '../keymap/actions.js'
import { SessionError } from '../session/session.js'
import * as attachments from './attachments.js'
import { canned } from './canned.js'
import * as changing from './change-message.js'
import * as chats from './chats.js'
import { copy } from './copy.js'
import { type Desk, notify } from './desk.js'
import * as wide from './desk-wide.js'
import * as move from './move.js'
import * as offers from './offers.js'
import * as read from './read.js'
import * as everywhere from './search-everywhere.js'
import * as snoozing from './snooze.js'
import * as tags from './tags.js'
import * as write from './write.js'

type Run = (desk: Desk, argument?: string) => Promise<void> | void

// More rows than any transcript has: scrolling stops at the end by itself.
const FAR = 1_000_000

const RUNS: Readonly<Record<ActionId, Run>> = {
  accept: chats.accept,
  acceptOffer: offers.acceptOffer,
  declineOffer: offers.declineOffer,
  choose: chats.choose,
  view: chats.view,
  transfer: chats.transfer,
  close: chats.close,
  release: chats.release,
  reopen: chats.reopen,
  tag: tags.tag,
  untag: tags.untag,
  snooze: snoozing.snooze,
  snoozed: snoozing.snoozed,
  send: write.send,
  newLine: (desk) => write.paste(desk, '\n'),
  note: write.note,
  canned,
  editor: write.editInEditor,
  paste: write.paste,
  retry: write.sendAgain,
  edit: changing.edit,
  remove: changing.remove,
  searchHere: read.searchHere,
  searchOlder: (desk) => read.searchNext(desk, true),
  searchNewer: (desk) => read.searchNext(desk, false),
  searchEverywhere: everywhere.searchEverywhere,
  found: everywhere.found,
  history: everywhere.history,
  copy,
  openFile: attachments.openFile,
  saveFile: attachments.saveFile,
  pageUp: (desk) => read.scrollPage(desk, 1),
  pageDown: (desk) => read.scrollPage(desk, -1),
  toEnd: (desk) => read.scroll(desk, -FAR),
  toStart: (desk) => read.scroll(desk, FAR),
  firstUnread: read.firstUnread,
  queue: (desk) => desk.dispatch({ type: 'focus', pane: 'queue' }),
  mine: (desk) => desk.dispatch({ type: 'focus', pane: 'mine' }),
  team: (desk) => desk.dispatch({ type: 'focus', pane: 'team' }),
  nextPane: (desk) => move.movePane(desk, 1),
  previousPane: (desk) => move.movePane(desk, -1),
  up: (desk) => move.moveSelection(desk, -1),
  down: (desk) => move.moveSelection(desk, 1),
  nextChat: (desk) => move.moveChat(desk, 1),
  previousChat: (desk) => move.moveChat(desk, -1),
  nextWaiting: move.nextWaiting,
  lastChat: move.lastChat,
  chat: read.chatNamed,
  palette: wide.palette,
  help: wide.help,
  helpSign: wide.help,
  visitorPane: (desk) => desk.dispatch({ type: 'visitorShown', shown: !desk.state.visitorShown }),
  app: wide.changeApp,
  availability: wide.availability,
  redraw: (desk) => desk.host.redraw(),
  escape: wide.stepBack,
  interrupt: wide.interrupt,
  leave: wide.leave,
  logout: wide.logout,
}

/** Does an action. When it cannot be done, or the server refuses, the agent reads why; nothing is thrown for it. */
export async function perform(desk: Desk, action: ActionId, argument?: string): Promise<void> {
  const reason = ACTIONS[action].disabled?.(desk.state) ?? null
  if (reason !== null) return notify(desk, reason, 'warning')
  try {
    await RUNS[action](desk, argument)
  } catch (error) {
    if (!(error instanceof SessionError)) throw error
    notify(desk, error.message, 'danger')
  }
}
