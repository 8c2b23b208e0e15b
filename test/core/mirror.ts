import { setImmediate as turn } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'
import type {
  ConversationView,
  DomainEvent,
  MessageEvent,
  QueueAddition,
  ReactionEvent,
  ReceiptEvent,
} from '../../src/server/core/events.js'
import type { Message, MessageStatus } from '../../src/server/core/model.js'
import type { AgentPrincipal, Visitor } from '../../src/server/core/principal.js'
import type { Company, Talk } from './company.js'

type Watcher = AgentPrincipal | Visitor

/** What somebody holds of a conversation who fetched it once and then listened. */
interface Watched {
  view: ConversationView
  messages: Map<string, Message>
  revision: number
}

/** What a screen holds of the queue. */
interface WatchedQueue {
  entries: Map<string, QueueAddition>
  size: number
  change: number
}

const patienceMs = 20_000

/**
 * Runs an action and proves that whoever watches needs no second look: a snapshot from before, brought forward by
 * nothing but the events since, equals a fresh fetch. For staff, for the visitor, and for the queue.
 */
export async function eventsEqualState<Result>(talk: Talk, action: () => Promise<Result>): Promise<Result> {
  const { company, visitor } = talk
  const watchers: Watcher[] = [company.viewer, visitor]
  const before = await Promise.all(watchers.map((watcher) => fetchTalk(talk, watcher)))
  const queueBefore = await fetchQueue(company)
  const { events } = company.instance
  const mark = events.length
  const result = await action()
  for (const [index, watcher] of watchers.entries()) {
    const watched = await fetchTalk(talk, watcher)
    expect(givenCounts(watched.view), 'the counts of the view').toEqual(
      countsOf([...watched.messages.values()]),
    )
    const fresh = shown(watched, watcher)
    const brought = () => shown(bringForward(before[index], events.slice(mark), talk, watcher), watcher)
    await eventuallyEqual(brought, fresh, `what the ${watcher.type} sees`)
  }
  const queue = await fetchQueue(company)
  await eventuallyEqual(() => bringQueueForward(queueBefore, events.slice(mark), company), queue, 'the queue')
  return result
}

/** Runs an action that is refused, and proves that it changed nothing and told nobody. */
export async function changesNothing<Result>(talk: Talk, action: () => Promise<Result>): Promise<Result> {
  const { company } = talk
  const look = async () => ({ ...(await fetchTalk(talk, company.viewer)), queue: await fetchQueue(company) })
  const before = await look()
  const { events } = company.instance
  const mark = events.length
  const result = await action()
  expect(await look()).toEqual(before)
  // A conversation is announced a moment after the commit, so one from before the action may still come.
  const isLate = (event: DomainEvent) =>
    event.type.startsWith('conversation.') &&
    'view' in event &&
    event.view.conversation.revision <= before.revision
  const told = events.slice(mark).filter((event) => appOf(event) === company.app.key && !isLate(event))
  expect(told).toEqual([])
  return result
}

const appOf = (event: DomainEvent): number =>
  'conversation' in event ? event.conversation.appKey : event.appKey

async function fetchTalk(talk: Talk, watcher: Watcher): Promise<Watched> {
  const view = await talk.company.core.conversations.get(watcher, talk.id)
  const messages = await talk.history(watcher)
  const byId = new Map(messages.map((message) => [message.id, message]))
  return { view, messages: byId, revision: view.conversation.revision }
}

async function fetchQueue(company: Company): Promise<WatchedQueue> {
  const { entries, size, change } = await company.core.queue.list(company.viewer, { limit: 1_000 })
  const additions = entries.map(({ entry, view }): [string, QueueAddition] => [
    view.conversation.id,
    {
      conversationId: view.conversation.id,
      priority: entry.priority,
      reason: entry.reason,
      requestedAt: entry.requestedAt,
      visitorName: view.contact?.name ?? null,
    },
  ])
  return { entries: new Map(additions), size, change }
}

async function eventuallyEqual(actual: () => unknown, expected: unknown, what: string): Promise<void> {
  const end = performance.now() + patienceMs
  while (!isDeepStrictEqual(actual(), expected) && performance.now() < end) await turn()
  expect(actual(), what).toEqual(expected)
}

function bringForward(
  before: Watched | undefined,
  events: DomainEvent[],
  talk: Talk,
  watcher: Watcher,
): Watched {
  if (before === undefined) throw new Error('Nothing was fetched before.')
  const watched: Watched = { ...before, messages: new Map(before.messages) }
  for (const event of events) {
    if (event.type === 'presence.changed') applyPresence(watched, event)
    if (!('conversation' in event) || event.conversation.conversationId !== talk.id) continue
    if ('message' in event && event.message.internal && watcher.type === 'visitor') continue
    if (event.type === 'receipt.moved') applyReceipt(watched, event)
    else if ('message' in event) applyMessage(watched, event)
    else if ('view' in event) applyView(watched, event.view)
  }
  return watched
}

function applyPresence(watched: Watched, event: Extract<DomainEvent, { type: 'presence.changed' }>): void {
  if (event.subject !== 'contact' || event.key !== watched.view.conversation.contactKey) return
  watched.view = { ...watched.view, online: event.online }
}

function applyMessage(watched: Watched, { message }: MessageEvent | ReactionEvent): void {
  watched.messages.set(message.id, message)
  watched.revision = Math.max(watched.revision, message.revision)
}

function applyView(watched: Watched, view: ConversationView): void {
  const { revision } = view.conversation
  if (revision >= watched.view.conversation.revision) watched.view = view
  watched.revision = Math.max(watched.revision, revision)
}

const statuses: readonly MessageStatus[] = ['SENT', 'DELIVERED', 'READ']

function applyReceipt(watched: Watched, { by, status, upToSequence, revision }: ReceiptEvent): void {
  for (const message of watched.messages.values()) {
    const { senderType, sequence } = message
    if ((by.type === 'contact') === (senderType === 'contact')) continue
    if (sequence === null || sequence > upToSequence) continue
    if (statuses.indexOf(message.status) < statuses.indexOf(status))
      watched.messages.set(message.id, { ...message, status })
  }
  watched.revision = Math.max(watched.revision, revision)
}

/** What can be compared: a position moves with others, and counts follow from the messages. */
function shown({ view, messages, revision }: Watched, watcher: Watcher) {
  const all = [...messages.values()].sort(
    (first, second) =>
      (first.sequence ?? first.afterSequence) - (second.sequence ?? second.afterSequence) ||
      Number(first.sequence === null) - Number(second.sequence === null) ||
      first.key - second.key,
  )
  const { status, handler, priority, subject, metadata, summary, snoozedUntil, closedAt } = view.conversation
  return {
    conversation: { status, handler, priority, subject, metadata, summary, snoozedUntil, closedAt },
    contact: view.contact,
    assignee: view.assignee,
    tags: [...view.tags].sort(),
    waits: view.queue && { priority: view.queue.priority, requestedAt: view.queue.requestedAt },
    online: view.online,
    messages: all,
    // Notes take revisions that a visitor does not hear of.
    revision: watcher.type === 'visitor' ? null : revision,
  }
}

const givenCounts = ({ conversation, lastMessage, unread }: ConversationView) => ({
  lastSequence: conversation.lastSequence,
  lastMessage,
  unread,
})

/** What the counts of a view must be, by the messages themselves. */
function countsOf(messages: Message[]) {
  const posted = messages.filter(({ sequence }) => sequence !== null)
  const unreadFrom = (side: 'contact' | 'agent') =>
    posted.filter(
      ({ senderType, status }) => (senderType === 'contact') === (side === 'contact') && status !== 'READ',
    )
  return {
    lastSequence: posted.length,
    lastMessage: posted.at(-1) ?? null,
    unread: { contact: unreadFrom('agent').length, agent: unreadFrom('contact').length },
  }
}

function bringQueueForward(before: WatchedQueue, events: DomainEvent[], company: Company): WatchedQueue {
  const entries = new Map(before.entries)
  let { size, change } = before
  const changes = events
    .filter((event) => event.type === 'queue.changed')
    .filter((event) => event.appKey === company.app.key)
    .sort((first, second) => first.change - second.change)
  for (const event of changes) {
    // After a hole nothing may be believed; the comparison then shows what is missing.
    if (event.change !== change + 1) continue
    for (const id of event.removed) entries.delete(id)
    for (const addition of event.added) entries.set(addition.conversationId, addition)
    size = event.size
    change = event.change
  }
  return { entries, size, change }
}
