import { type Message, ReplyHqError } from '../../client/index.js'
import { Ledger } from './ledger.js'
import type { DrillVisitor, People } from './people.js'
import type { Relay } from './relay.js'
import { wrongIn } from './transcript.js'
import { waitFor } from './wait.js'

const races = 5
// A visitor's connection may send 20 messages in 10 s unless the limits were changed; all rounds stay below.
const fromVisitor = 6
const fromAgent = 20
const cuts = 3
const secondsUntilOffline = 10

/** The parts of a drill, in their order. Each gives what was seen, or throws what went wrong. */
export class Steps {
  readonly ledger = new Ledger()

  constructor(
    private readonly people: People,
    private readonly relay: Relay,
    private readonly signal: AbortSignal,
  ) {}

  async arrival(): Promise<string> {
    await this.people.ready()
    const { visitors, agents } = this.people
    return `${visitors.length} visitors and ${agents.length} agents are connected`
  }

  /** All agents claim at once, again and again. */
  async claims(): Promise<string> {
    for (const id of this.people.conversationIds)
      for (let race = 1; race <= races; race++) await this.#race(id, race === races)
    return `${races * this.people.conversationIds.length} races of ${this.people.agents.length} agents, one winner each`
  }

  async talk(): Promise<string> {
    await this.#round(true)
    return `${this.ledger.acknowledged.length} messages are acknowledged`
  }

  /** Everybody's connection is cut while they write. */
  async cuts(): Promise<string> {
    const before = this.ledger.acknowledged.length
    const round = this.#round(false)
    const failed = round.then(() => false)
    let slowest = 0
    for (let cut = 1; cut <= cuts; cut++) {
      const goal = before + cut * 6
      const some = waitFor('messages go on', () => this.ledger.acknowledged.length >= goal, this.#within(30))
      await Promise.race([some, failed])
      this.relay.cut()
      await waitFor('the cut is noticed', () => !this.people.connected(), this.#within(10))
      slowest = Math.max(
        slowest,
        await waitFor('all are back', () => this.people.connected(), this.#within(20)),
      )
    }
    await round
    const count = this.ledger.acknowledged.length - before
    return `${cuts} cuts within ${count} messages; all were back within ${Math.round(slowest)} ms`
  }

  /** The same message several times at once. */
  async repeats(): Promise<string> {
    for (const { client, live, conversationId } of this.people.visitors) {
      const draft = { local_id: crypto.randomUUID(), body: 'Drill: sent four times' }
      const again = { ...draft, conversation_id: conversationId }
      const answers = await Promise.all([
        ...[1, 2, 3].map(() => client.post(conversationId, draft)),
        live.request('message:send', again).then(({ message }) => message),
      ])
      const places = new Set(answers.map(({ id, sequence }) => `${id} at ${sequence}`))
      if (places.size > 1) throw new Error(`one message was stored as ${[...places].join(' and ')}`)
      for (const { id, sequence } of answers) this.ledger.keep(conversationId, id, sequence)
    }
    return `${this.people.visitors.length} messages sent 4 times are stored once each`
  }

  /** What is stored, and what everybody sees, is what was acknowledged: once and in order. */
  async transcript(): Promise<string> {
    let count = 0
    for (const visitor of this.people.visitors) count += await this.#compare(visitor)
    return `${count} messages, the same for all`
  }

  async presence(): Promise<string> {
    const [leaving, staying] = this.people.visitors
    const [agent] = this.people.agents
    if (leaving === undefined || staying === undefined || agent === undefined)
      throw new Error('nobody is there')
    leaving.live.close()
    let devices = new Set<string>()
    const gone = async () => {
      devices = new Set((await agent.client.sessions()).map(({ device_id }) => device_id))
      return !devices.has(leaving.client.deviceId)
    }
    const milliseconds = await waitFor('the visitor is offline', gone, this.#within(secondsUntilOffline))
    if (!devices.has(staying.client.deviceId)) throw new Error('who is still there counts as gone')
    return `offline ${Math.round(milliseconds)} ms after leaving`
  }

  async #race(conversationId: string, last: boolean): Promise<void> {
    const { agents } = this.people
    const claims = await Promise.allSettled(
      agents.map(({ client }) => client.conversations.claim(conversationId)),
    )
    const winners = agents.filter((_, index) => claims[index]?.status === 'fulfilled')
    for (const claim of claims)
      if (claim.status === 'rejected' && !isConflict(claim.reason)) throw claim.reason
    if (winners.length !== 1) throw new Error(`${winners.length} of ${agents.length} agents won a claim`)
    if (!last) await winners[0]?.client.conversations.release(conversationId)
  }

  async #round(timed: boolean): Promise<void> {
    const { visitors, agents } = this.people
    const write = this.ledger.write.bind(this.ledger)
    const [agent] = agents
    await Promise.all(
      visitors.flatMap(({ live, conversationId }) => [
        write(live, conversationId, fromVisitor, { timed }),
        ...(agent === undefined ? [] : [write(agent.live, conversationId, fromAgent, { timed })]),
      ]),
    )
  }

  async #compare(visitor: DrillVisitor): Promise<number> {
    const { conversationId } = visitor
    const acknowledged = this.ledger.of(conversationId)
    const messages = await this.#stored(conversationId)
    const wrong = wrongIn(messages, acknowledged)
    if (wrong !== null) throw new Error(wrong)
    const last = acknowledged.at(-1)?.sequence ?? 0
    for (const feed of this.people.feedsOf(visitor)) {
      await waitFor('everybody sees the last message', () => feed.lastSequence >= last, this.#within(10))
      const seen = wrongIn(feed.messages, acknowledged)
      if (seen !== null) throw new Error(`somebody sees it otherwise: ${seen}`)
    }
    return acknowledged.length
  }

  /** All of it: a page holds more than a drill writes. */
  async #stored(conversationId: string): Promise<readonly Message[]> {
    const page = await this.people.agents[0]?.client.conversations.messages(conversationId, { limit: 200 })
    return page?.messages ?? []
  }

  #within(seconds: number) {
    return { seconds, signal: this.signal }
  }
}

const isConflict = (error: unknown) => error instanceof ReplyHqError && error.code === 'conflict'
