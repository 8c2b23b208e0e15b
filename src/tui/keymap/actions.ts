import type { Pane } from '../presentation/layout.js'
import {
  chatBefore,
  chatIsMine,
  chatKnown,
  chatOpen,
  chatResting,
  chatTagged,
  chatTakesReply,
  filesHere,
  firstOf,
  hasCanned,
  notViewer,
  offered,
  online,
  ownChat,
  type Reason,
  searching,
  severalApps,
  somebodyWaits,
  somethingFound,
  somethingSaid,
  somethingSnoozed,
  somethingToDelete,
  somethingToEdit,
  visitorKnown,
} from './reasons.js'

/** Something that an agent can do. The table below is all of it: help, palette and commands are made from it. */
export interface Action {
  readonly title: string
  /** The name after the slash, and whether more may follow it. */
  readonly command?: string
  readonly takes?: string
  readonly keys?: readonly string[]
  /** Where the keys work; everywhere when absent. */
  readonly panes?: readonly Pane[]
  readonly disabled?: Reason
  /** What the help groups by. */
  readonly group: 'Chats' | 'Writing' | 'Reading' | 'Moving' | 'ReplyHQ'
}

const LISTS: readonly Pane[] = ['queue', 'mine', 'team']
const READING: readonly Pane[] = ['transcript', 'visitor']
const CHAT_KEYS = ['alt-1', 'alt-2', 'alt-3', 'alt-4', 'alt-5', 'alt-6', 'alt-7', 'alt-8', 'alt-9']

const TABLE = {
  accept: {
    title: 'Accept the next or the chosen visitor',
    command: 'accept',
    takes: 'name',
    keys: ['ctrl-g'],
    disabled: firstOf(notViewer, online, somebodyWaits),
    group: 'Chats',
  },
  acceptOffer: {
    title: 'Accept what is offered to me',
    command: 'take',
    takes: 'name',
    keys: ['alt-y'],
    disabled: firstOf(offered, online),
    group: 'Chats',
  },
  declineOffer: {
    title: 'Decline what is offered to me: the next agent is asked',
    command: 'decline',
    takes: 'name',
    keys: ['alt-n'],
    disabled: firstOf(offered, online),
    group: 'Chats',
  },
  choose: { title: 'Accept or open what is chosen', keys: ['enter'], panes: LISTS, group: 'Chats' },
  view: {
    title: 'Look at it without accepting',
    command: 'view',
    keys: ['space'],
    panes: LISTS,
    group: 'Chats',
  },
  transfer: {
    title: 'Transfer to a colleague or back to the queue',
    command: 'transfer',
    takes: 'name or queue',
    keys: ['ctrl-t'],
    disabled: firstOf(chatIsMine, online),
    group: 'Chats',
  },
  close: {
    title: 'Close the chat',
    command: 'close',
    keys: ['ctrl-r'],
    disabled: firstOf(chatIsMine, online),
    group: 'Chats',
  },
  release: {
    title: 'Release: back to the queue with its old waiting time',
    command: 'release',
    disabled: firstOf(chatIsMine, online),
    group: 'Chats',
  },
  reopen: {
    title: 'Take up again what is closed or put aside',
    command: 'reopen',
    disabled: firstOf(notViewer, chatResting, online),
    group: 'Chats',
  },
  snooze: {
    title: 'Put the chat aside until a time, or until the visitor writes',
    command: 'snooze',
    takes: 'time',
    disabled: firstOf(chatIsMine, online),
    group: 'Chats',
  },
  snoozed: {
    title: 'My chats that are put aside',
    command: 'snoozed',
    disabled: somethingSnoozed,
    group: 'Chats',
  },
  tag: {
    title: 'Put a tag on the chat',
    command: 'tag',
    takes: 'name',
    disabled: firstOf(chatOpen, notViewer, online),
    group: 'Chats',
  },
  untag: {
    title: 'Take a tag off the chat',
    command: 'untag',
    takes: 'name',
    disabled: firstOf(notViewer, chatTagged, online),
    group: 'Chats',
  },
  send: { title: 'Send', keys: ['enter'], panes: ['composer'], disabled: chatOpen, group: 'Writing' },
  newLine: {
    title: 'New line',
    keys: ['alt-enter', 'ctrl-j'],
    panes: ['composer'],
    disabled: chatOpen,
    group: 'Writing',
  },
  note: {
    title: 'Private note: write for the team only',
    command: 'note',
    takes: 'text',
    keys: ['ctrl-o'],
    disabled: firstOf(chatOpen, notViewer),
    group: 'Writing',
  },
  canned: {
    title: 'Canned reply at the cursor (/name Tab)',
    command: 'canned',
    takes: 'name',
    disabled: firstOf(chatTakesReply, hasCanned),
    group: 'Writing',
  },
  editor: {
    title: 'Write in $EDITOR',
    command: 'editor',
    keys: ['ctrl-x ctrl-e'],
    disabled: chatOpen,
    group: 'Writing',
  },
  paste: { title: 'Paste', disabled: chatOpen, group: 'Writing' },
  retry: { title: 'Send again what failed', command: 'retry', disabled: chatOpen, group: 'Writing' },
  edit: {
    title: 'Change a message that was sent',
    command: 'edit',
    takes: 'text',
    disabled: firstOf(notViewer, somethingToEdit, online),
    group: 'Writing',
  },
  remove: {
    title: 'Delete a message that was sent',
    command: 'delete',
    disabled: firstOf(notViewer, somethingToDelete, online),
    group: 'Writing',
  },
  searchHere: {
    title: 'Search in this chat',
    command: 'find',
    takes: 'text',
    keys: ['ctrl-f'],
    disabled: chatOpen,
    group: 'Reading',
  },
  searchOlder: {
    title: 'Match above',
    command: 'older',
    keys: ['n'],
    panes: READING,
    disabled: searching,
    group: 'Reading',
  },
  searchNewer: {
    title: 'Match below',
    command: 'newer',
    keys: ['N'],
    panes: READING,
    disabled: searching,
    group: 'Reading',
  },
  searchEverywhere: {
    title: 'Search in all conversations',
    command: 'search',
    takes: 'text',
    disabled: online,
    group: 'Reading',
  },
  found: {
    title: 'What the last search found',
    command: 'found',
    takes: 'number',
    disabled: firstOf(somethingFound, online),
    group: 'Reading',
  },
  history: {
    title: 'Other conversations of this visitor',
    command: 'history',
    disabled: firstOf(visitorKnown, online),
    group: 'Reading',
  },
  copy: {
    title: 'Copy to the clipboard, through the terminal (OSC 52)',
    command: 'copy',
    takes: 'last, all or mail',
    disabled: somethingSaid,
    group: 'Reading',
  },
  openFile: {
    title: 'Open a file that was sent',
    command: 'open',
    takes: 'name',
    disabled: firstOf(filesHere, online),
    group: 'Reading',
  },
  saveFile: {
    title: 'Save a file that was sent',
    command: 'save',
    takes: 'name',
    disabled: firstOf(filesHere, online),
    group: 'Reading',
  },
  pageUp: { title: 'Scroll up', command: 'up', keys: ['pageup'], disabled: chatOpen, group: 'Reading' },
  pageDown: {
    title: 'Scroll down',
    command: 'down',
    keys: ['pagedown'],
    disabled: chatOpen,
    group: 'Reading',
  },
  toEnd: {
    title: 'To the newest message',
    command: 'end',
    keys: ['end'],
    panes: READING,
    disabled: chatOpen,
    group: 'Reading',
  },
  toStart: {
    title: 'To the oldest message loaded',
    command: 'start',
    keys: ['home'],
    panes: READING,
    disabled: chatOpen,
    group: 'Reading',
  },
  firstUnread: {
    title: 'To the first unread message',
    command: 'unread',
    keys: ['alt-u'],
    disabled: chatOpen,
    group: 'Reading',
  },
  queue: { title: 'To the queue', command: 'queue', group: 'Moving' },
  mine: { title: 'To my chats', command: 'mine', group: 'Moving' },
  team: { title: 'To the team', command: 'team', group: 'Moving' },
  nextPane: { title: 'Next pane', command: 'pane', keys: ['tab'], group: 'Moving' },
  previousPane: { title: 'Previous pane', keys: ['shift-tab'], group: 'Moving' },
  up: { title: 'Up', keys: ['up', 'k'], panes: [...LISTS, ...READING], group: 'Moving' },
  down: { title: 'Down', keys: ['down', 'j'], panes: [...LISTS, ...READING], group: 'Moving' },
  nextChat: { title: 'Next chat', command: 'next', keys: ['ctrl-n'], disabled: ownChat, group: 'Moving' },
  previousChat: {
    title: 'Previous chat',
    command: 'previous',
    keys: ['ctrl-p'],
    disabled: ownChat,
    group: 'Moving',
  },
  nextWaiting: {
    title: 'Next chat that waits for me',
    command: 'waiting',
    keys: ['alt-a'],
    disabled: ownChat,
    group: 'Moving',
  },
  lastChat: {
    title: 'The chat before this one',
    command: 'last',
    keys: ['alt-/'],
    disabled: chatBefore,
    group: 'Moving',
  },
  chat: {
    title: 'Chat by its number or name',
    command: 'chat',
    takes: 'number or name',
    keys: CHAT_KEYS,
    disabled: chatKnown,
    group: 'Moving',
  },
  palette: { title: 'Palette: everything by name', command: 'palette', keys: ['ctrl-k'], group: 'ReplyHQ' },
  help: { title: 'Help', command: 'help', keys: ['f1'], group: 'ReplyHQ' },
  helpSign: { title: 'Help', keys: ['?'], panes: [...LISTS, ...READING], group: 'ReplyHQ' },
  visitorPane: { title: 'Visitor pane', command: 'visitor', keys: ['f2'], group: 'ReplyHQ' },
  app: {
    title: 'Change to another app',
    command: 'app',
    takes: 'name',
    keys: ['f3'],
    disabled: firstOf(severalApps, online),
    group: 'ReplyHQ',
  },
  availability: {
    title: 'Availability: online or away',
    command: 'availability',
    takes: 'online or away',
    keys: ['f4'],
    disabled: firstOf(notViewer, online),
    group: 'ReplyHQ',
  },
  redraw: { title: 'Draw the screen again', command: 'redraw', keys: ['ctrl-l'], group: 'ReplyHQ' },
  escape: { title: 'End the search, the note; to the composer', keys: ['escape'], group: 'ReplyHQ' },
  interrupt: { title: 'Twice: leave', keys: ['ctrl-c'], group: 'ReplyHQ' },
  leave: { title: 'Leave ReplyHQ', command: 'quit', keys: ['ctrl-q'], group: 'ReplyHQ' },
  logout: { title: 'Log out and leave', command: 'logout', group: 'ReplyHQ' },
} as const satisfies Record<string, Action>

export type ActionId = keyof typeof TABLE
export const ACTIONS: Readonly<Record<ActionId, Action>> = TABLE
export const ACTION_IDS = Object.keys(TABLE) as readonly ActionId[]

export function isActionId(id: string): id is ActionId {
  return Object.hasOwn(TABLE, id)
}

/** The action of a `/command`, or null. */
export function actionOfCommand(name: string): ActionId | null {
  return ACTION_IDS.find((id) => ACTIONS[id].command === name) ?? null
}
