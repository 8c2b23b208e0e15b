import type { AdminClient, AdminLive } from './client.js'
import { refusal, refused } from './errors.js'
import {
  cannedFromWire,
  chatFromWire,
  foundFromWire,
  teammateFromWire,
  visitorFromWire,
} from './from-wire.js'
import { LiveEvents } from './live-events.js'
import type { Availability, Chat, Entry, Found, Identity, TagCount, Teammate } from './model.js'
import { pendingEntry } from './pending.js'
import type { OpenedChat, Outgoing, Session, SessionEvent } from './session.js'
import { SessionError } from './session.js'

const LARGEST_PAGE = 200
const HISTORY_LENGTH = 10
// Two messages, and the notes that stand behind them.
const LINK_PAGE = 2
// Several claims within a second are one look at the team.
const TEAM_DELAY_MILLISECONDS = 500

/** The session of the terminal UI, made of the client's calls and its live connection. */
export class ClientSession implements Session {
  private readonly events: LiveEvents
  private teamTimer: NodeJS.Timeout | undefined
  private looksAtTeam = 0
  private shownTeam: { readonly look: number; readonly mates: readonly Teammate[] } = { look: 0, mates: [] }

  constructor(
    readonly identity: Identity,
    private readonly client: AdminClient,
    private readonly live: AdminLive,
  ) {
    this.events = new LiveEvents(live, () => this.refreshTeam())
  }

  listen(listener: (event: SessionEvent) => void): void {
    this.events.listen(listener)
  }

  async queue() {
    await refused(this.events.queueReady)
    return this.events.queue()
  }

  async mine(): Promise<Chat[]> {
    const query = { assignee: 'me', status: 'open', limit: LARGEST_PAGE } as const
    // The list begins with the newest, the agent's chats with the one that came first.
    return (await refused(this.client.conversations.list(query))).items.map(chatFromWire).reverse()
  }

  async bots(): Promise<Chat[]> {
    const query = { handler: 'bot', status: 'open', limit: LARGEST_PAGE } as const
    return (await refused(this.client.conversations.list(query))).items.map(chatFromWire)
  }

  /** Answers may overtake each other: an older look never replaces a newer one. */
  async team(): Promise<readonly Teammate[]> {
    this.looksAtTeam += 1
    const look = this.looksAtTeam
    const page = await refused(this.client.agents.list({ limit: LARGEST_PAGE }))
    const mates = page.items.map(teammateFromWire).sort(byReach)
    if (look > this.shownTeam.look) this.shownTeam = { look, mates }
    return this.shownTeam.mates
  }

  async cannedReplies() {
    return (await refused(this.client.cannedReplies.list({ limit: LARGEST_PAGE }))).items.map(cannedFromWire)
  }

  async visitor(chat: Chat) {
    const contactId = chat.contactId ?? ''
    const [{ contact }, history] = await refused(
      Promise.all([
        this.client.contacts.one(contactId),
        this.client.conversations.list({ contact: contactId, limit: HISTORY_LENGTH }),
      ]),
    )
    const others = history.items.filter(({ id }) => id !== chat.id)
    return visitorFromWire(contact, others)
  }

  async search(query: string): Promise<Found[]> {
    return (await refused(this.client.search(query))).items.map(foundFromWire)
  }

  async snoozed(): Promise<Chat[]> {
    const query = { assignee: 'me', status: 'snoozed', limit: LARGEST_PAGE } as const
    return (await refused(this.client.conversations.list(query))).items.map(chatFromWire)
  }

  async open(chatId: string): Promise<OpenedChat> {
    const feed = this.events.feed(chatId)
    try {
      await refused(feed.ready)
    } catch (error) {
      this.leave(chatId)
      throw error
    }
    const chat = chatFromWire(feed.conversation ?? (await refused(this.client.conversations.one(chatId))))
    const waiting = feed.pending.map((pending) => pendingEntry(pending, this.identity.agent))
    return {
      chat,
      entries: [...this.events.entries(feed, feed.messages), ...waiting],
      hasMore: feed.hasOlder,
    }
  }

  async older(chatId: string, limit?: number): Promise<Pick<OpenedChat, 'entries' | 'hasMore'>> {
    const feed = this.events.feed(chatId)
    const before = feed.messages.length
    await refused(feed.loadOlder(limit))
    const added = feed.messages.slice(0, Math.max(0, feed.messages.length - before))
    return { entries: this.events.entries(feed, added), hasMore: feed.hasOlder }
  }

  async send({ chatId, localId, body, internal, expectSequence }: Outgoing): Promise<Entry> {
    const { outbox } = this.live
    const guard = internal ? {} : { expect_sequence: expectSequence }
    if (outbox.pending(chatId).some((pending) => pending.localId === localId)) outbox.retry(localId, guard)
    else {
      const visibility = internal ? 'internal' : 'public'
      this.events.feed(chatId).send({ local_id: localId, body, visibility, ...guard })
    }
    try {
      return this.events.entry(await outbox.settled(localId))
    } catch (error) {
      const reason = refusal(error)
      // The text goes back into the composer, so the message itself must not wait any longer.
      if (reason.latest) outbox.discard(localId)
      throw reason
    }
  }

  async claim(chatId: string): Promise<Chat> {
    return chatFromWire(await refused(this.client.conversations.claim(chatId)))
  }

  async claimNext(): Promise<Chat | null> {
    const conversation = await refused(this.client.queue.next())
    return conversation && chatFromWire(conversation)
  }

  async decline(chatId: string): Promise<void> {
    await refused(this.live.request('queue:decline', { conversation_id: chatId }))
  }

  async release(chatId: string): Promise<Chat> {
    return chatFromWire(await refused(this.client.conversations.release(chatId)))
  }

  async transfer(chatId: string, to: { agentId?: string; reason?: string }): Promise<Chat> {
    const target = { agent_id: to.agentId, reason: to.reason }
    return chatFromWire(await refused(this.client.conversations.transfer(chatId, target)))
  }

  async closeChat(chatId: string): Promise<Chat> {
    return chatFromWire(await refused(this.client.conversations.close(chatId)))
  }

  async reopen(chatId: string): Promise<Chat> {
    return chatFromWire(await refused(this.client.conversations.reopen(chatId)))
  }

  async snooze(chatId: string, until: number): Promise<Chat> {
    return chatFromWire(
      await refused(this.client.conversations.snooze(chatId, new Date(until).toISOString())),
    )
  }

  async tags(): Promise<TagCount[]> {
    return refused(this.client.tags())
  }

  async addTag(chatId: string, tag: string): Promise<Chat> {
    return chatFromWire(await refused(this.client.conversations.addTag(chatId, tag)))
  }

  async removeTag(chatId: string, tag: string): Promise<Chat> {
    return chatFromWire(await refused(this.client.conversations.removeTag(chatId, tag)))
  }

  async edit(chatId: string, entryId: string, body: string): Promise<Entry> {
    return this.events.entry(await refused(this.client.conversations.edit(chatId, entryId, body)))
  }

  async remove(chatId: string, entryId: string): Promise<Entry> {
    return this.events.entry(await refused(this.client.conversations.remove(chatId, entryId)))
  }

  discard(localId: string): void {
    this.live.outbox.discard(localId)
  }

  async download({ chatId, id, afterSequence }: Entry, attachmentId: string): Promise<Uint8Array> {
    // A link lives for an hour, a chat stays on the screen for longer: a new one comes with the message.
    const query = { after_sequence: Math.max(0, afterSequence - 1), limit: LINK_PAGE }
    const { messages } = await refused(this.client.conversations.messages(chatId, query))
    const message = messages.find((candidate) => candidate.id === id)
    const attachment = message?.attachments.find((candidate) => candidate.id === attachmentId)
    if (!attachment) throw new SessionError('not_found', 'This file is gone: its message was deleted.')
    return new Uint8Array(await (await refused(this.client.download(attachment))).arrayBuffer())
  }

  async setAvailability(availability: Availability): Promise<void> {
    await refused(this.client.agents.status(availability))
    this.refreshTeam()
  }

  typing(chatId: string, active: boolean): void {
    this.live.typing(chatId, active)
  }

  markRead(chatId: string, upTo: number): void {
    this.events.feed(chatId).markRead(upTo)
  }

  leave(chatId: string): void {
    this.events.leave(chatId)
  }

  async end(): Promise<void> {
    clearTimeout(this.teamTimer)
    this.events.end()
  }

  private refreshTeam(): void {
    clearTimeout(this.teamTimer)
    this.teamTimer = setTimeout(() => {
      this.team().then(
        (team) => this.events.tell({ type: 'team', team }),
        // A look that fails is made up for by the next one.
        () => undefined,
      )
    }, TEAM_DELAY_MILLISECONDS)
    this.teamTimer.unref()
  }
}

const REACH = { online: 0, away: 1, offline: 2 } as const

// Who can take a chat now stands first: in the list of the team, and when one is handed over.
function byReach(a: Teammate, b: Teammate): number {
  const reach = (mate: Teammate) => (mate.connected ? REACH[mate.availability] : REACH.offline)
  return reach(a) - reach(b) || a.name.localeCompare(b.name)
}
