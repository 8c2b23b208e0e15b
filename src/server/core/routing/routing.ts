import { settingsOf } from '../apps/settings.js'
import type { CoreContext } from '../context.js'
import type { Threads } from '../conversations/threads.js'
import type { Views } from '../conversations/views.js'
import { conflict, notFound } from '../errors.js'
import type { ConversationRef } from '../events.js'
import type { App, QueueEntry } from '../model.js'
import type { Transaction } from '../ports.js'
import type { Staff } from '../principal.js'
import { type Candidate, choose } from './choose.js'
import type { Offer, OfferOutcome, OfferView } from './offer.js'

/** How long an agent has to accept before the next one is asked, and has peace from what they declined. */
const offerMs = 30_000

/** Puts waiting conversations before agents who are free, one agent at a time, where an app wants it so. */
export class Routing {
  readonly #context: CoreContext
  readonly #threads: Threads
  readonly #views: Views

  constructor(context: CoreContext, threads: Threads, views: Views) {
    this.#context = context
    this.#threads = threads
    this.#views = views
  }

  /** One round over all apps: ends what nobody took, offers what waits. Run every second by the server. */
  async round(): Promise<void> {
    for (const app of await this.#context.store.read.apps.list()) {
      if (settingsOf(app).routing === 'manual') continue
      await this.#expire(app)
      await this.#offerHead(app)
    }
  }

  /** Offers that the agent may still accept, for one who has just connected. */
  async offersOf(principal: Staff): Promise<OfferView[]> {
    if (principal.type !== 'agent') return []
    const open = await this.#context.store.read.offers.open(principal.app.key)
    const own = open.filter(({ agentKey }) => agentKey === principal.agent.key)
    const rows = await this.#context.store.read.conversations.byKeys(
      own.map((offer) => offer.conversationKey),
    )
    const views = await this.#views.many(principal.app, rows)
    return own.flatMap(({ conversationKey, endsAt }) => {
      const view = views.find(({ conversation }) => conversation.key === conversationKey)
      return view === undefined ? [] : [{ view, endsAt }]
    })
  }

  /** The next agent is asked at once. */
  async decline(principal: Staff, conversationId: string): Promise<void> {
    const thread = await this.#threads.forStaff(principal, conversationId, 'conversation.serve')
    if (principal.type !== 'agent') throw conflict('Only an agent is offered conversations.')
    await this.#context.store.transaction(async (transaction) => {
      const open = await transaction.offers.open(principal.app.key)
      const mine = open.find(
        ({ conversationKey, agentKey }) =>
          conversationKey === thread.conversationKey && agentKey === principal.agent.key,
      )
      if (mine === undefined) throw notFound('offer to you, or it has ended')
      await endOffer(
        this.#context,
        transaction,
        principal.app,
        conversationId,
        thread.conversationKey,
        'declined',
      )
    })
    const app = await this.#context.store.read.apps.byKey(principal.app.key)
    if (app !== undefined) await this.#offerHead(app)
  }

  async #expire(app: App): Promise<void> {
    const now = this.#context.clock.now()
    const { offers, conversations } = this.#context.store.read
    const over = (await offers.open(app.key)).filter(({ endsAt }) => endsAt <= now)
    for (const { conversationKey } of over) {
      const conversation = await conversations.byKey(conversationKey)
      await this.#context.store.transaction((transaction) =>
        endOffer(this.#context, transaction, app, conversation?.id ?? '', conversationKey, 'expired'),
      )
    }
  }

  async #offerHead(app: App): Promise<void> {
    const { offers, queue } = this.#context.store.read
    const open = await offers.open(app.key)
    const free = await this.#free(app, open)
    if (free.length === 0) return
    const declined = await offers.declinedSince(app.key, this.#context.clock.now() - offerMs + 1)
    const entries = await queue.page(app.key, undefined, free.length + open.length + declined.length)
    const offered = new Set(open.map(({ conversationKey }) => conversationKey))
    for (const entry of entries) {
      if (free.length === 0) return
      if (offered.has(entry.conversationKey)) continue
      const decliners = declined.flatMap(({ entryKey, agentKey }) => (entryKey === entry.key ? agentKey : []))
      const chosen = await this.#choose(app, entry, free, new Set(decliners))
      if (chosen === undefined) continue
      await this.#offer(app, entry, chosen)
      free.splice(free.indexOf(chosen), 1)
    }
  }

  /** Available, connected, with capacity left, and not looking at another offer. */
  async #free(app: App, open: Offer[]): Promise<Candidate[]> {
    const { agents, offers } = this.#context.store.read
    const connected = new Set(this.#context.presence.onlineKeys(app.key, 'agent'))
    if (connected.size === 0) return []
    const [members, last] = await Promise.all([agents.members(app.key), offers.lastByAgent(app.key)])
    const asked = new Set(open.map(({ agentKey }) => agentKey))
    return members
      .filter(({ agent, membership }) => membership.role !== 'viewer' && agent.availability === 'online')
      .filter(({ agent }) => connected.has(agent.key) && !asked.has(agent.key))
      .filter(({ active, membership }) => active < membership.capacity)
      .map((member) => ({
        ...member,
        lastOfferedAt: last.find(({ agentKey }) => agentKey === member.agent.key)?.at ?? 0,
      }))
  }

  async #choose(
    app: App,
    entry: QueueEntry,
    free: readonly Candidate[],
    declined: ReadonlySet<number>,
  ): Promise<Candidate | undefined> {
    const { conversations, offers } = this.#context.store.read
    const { routing } = settingsOf(app)
    if (routing === 'manual') return undefined
    const [before, conversation] = await Promise.all([
      offers.ofEntry(entry.key),
      conversations.byKey(entry.conversationKey),
    ])
    const contactKey = conversation?.contactKey ?? null
    const preferred = contactKey === null ? undefined : await offers.lastClaimant(contactKey)
    const tried = new Set(before.map(({ agentKey }) => agentKey))
    return choose(free, { routing, preferred, tried, declined })
  }

  async #offer(app: App, entry: QueueEntry, { agent }: Candidate): Promise<void> {
    const now = this.#context.clock.now()
    const offer = await this.#context.store.transaction(async (transaction) => {
      await transaction.conversations.lock(entry.conversationKey)
      const active = await transaction.queue.active(entry.conversationKey)
      if (active?.key !== entry.key) return undefined
      return transaction.offers.insert({
        appKey: app.key,
        conversationKey: entry.conversationKey,
        entryKey: entry.key,
        agentKey: agent.key,
        offeredAt: now,
        endsAt: now + offerMs,
        endedAt: null,
        outcome: null,
      })
    })
    const conversation = offer && (await this.#context.store.read.conversations.byKey(offer.conversationKey))
    if (conversation === undefined || offer === undefined) return
    const view = await this.#views.one(app, conversation)
    const { key: appKey, id: appId } = app
    this.#context.bus.publish({
      type: 'offer.made',
      appKey,
      appId,
      agentKey: agent.key,
      offer: { view, endsAt: offer.endsAt },
    })
  }
}

/** Inside the caller's transaction: ends the conversation's open offer, if there is one, and tells its agent. */
export async function endOffer(
  context: CoreContext,
  transaction: Transaction,
  app: { key: number; id: string },
  conversationId: string,
  conversationKey: number,
  outcome: Exclude<OfferOutcome, 'accepted'>,
): Promise<void> {
  const offer = await transaction.offers.end(conversationKey, { at: context.clock.now(), outcome })
  if (offer !== undefined) tellEnd(context, transaction, app, conversationId, offer)
}

/** The same after a claim, by whomever. */
export async function settleOffer(
  context: CoreContext,
  transaction: Transaction,
  thread: ConversationRef,
  claimedByKey: number,
): Promise<void> {
  const { appKey: key, appId: id, conversationId, conversationKey } = thread
  const offer = await transaction.offers.settle(conversationKey, { at: context.clock.now(), claimedByKey })
  if (offer !== undefined) tellEnd(context, transaction, { key, id }, conversationId, offer)
}

function tellEnd(
  context: CoreContext,
  transaction: Transaction,
  { key: appKey, id: appId }: { key: number; id: string },
  conversationId: string,
  { agentKey, outcome }: Offer,
): void {
  transaction.afterCommit(() => {
    if (outcome !== null)
      context.bus.publish({ type: 'offer.ended', appKey, appId, agentKey, conversationId, outcome })
  })
}
