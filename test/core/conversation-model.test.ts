import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppError, type ErrorCode } from '../../src/server/core/errors.js'
import type { NewMessage } from '../../src/server/core/messages/messages.js'
import type { Message, MessageStatus } from '../../src/server/core/model.js'
import type { AgentPrincipal, Visitor } from '../../src/server/core/principal.js'
import { eachDatabase } from '../helpers/databases.js'
import { newCompany, type Talk } from './company.js'
import { afterWaiting, sharedInstance } from './instance.js'
import { eventsEqualState } from './mirror.js'

type Person = 'visitor' | 'ada' | 'bob'
type Act =
  | { act: 'send'; by: Person; note: boolean; twice: boolean }
  | { act: 'retry'; which: number }
  | { act: 'edit' | 'remove'; by: Person; which: number }
  | { act: 'react' | 'take back'; by: Person; which: number; emoji: string }
  | { act: 'read' | 'receive'; by: Person; upTo: number }
  | { act: 'close' }

const by = fc.constantFrom<Person>('visitor', 'ada', 'bob')
const which = fc.nat(20)
const emoji = fc.constantFrom('👍', '🎉')
const act: fc.Arbitrary<Act> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ act: fc.constant('send' as const), by, note: fc.boolean(), twice: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('retry' as const), which }) },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constantFrom('edit' as const, 'remove' as const), by, which }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constantFrom('react' as const, 'take back' as const), by, which, emoji }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ act: fc.constantFrom('read' as const, 'receive' as const), by, upTo: fc.nat(15) }),
  },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('close' as const) }) },
)

interface ModelMessage {
  id: string
  input: NewMessage
  by: Person
  sequence: number | null
  body: string
  deleted: boolean
  reactions: Set<string>
}

type Cursors = Record<'visitor' | 'agents', { read: number; delivered: number }>

/** What the conversation must be, in a few plain lists. */
class Model {
  readonly messages: ModelMessage[] = []
  readonly cursors: Cursors = { visitor: { read: 0, delivered: 0 }, agents: { read: 0, delivered: 0 } }
  closed = false

  get lastSequence(): number {
    return this.messages.filter(({ sequence }) => sequence !== null).length
  }

  pick(index: number): ModelMessage | undefined {
    return this.messages[index % Math.max(1, this.messages.length)]
  }

  /** In the order of a page: notes stand after the message that was the last. Both lists grow in this order. */
  seenBy(reader: 'staff' | 'visitor') {
    const visible = this.messages.filter(({ sequence }) => reader === 'staff' || sequence !== null)
    return visible.map(({ id, sequence, body, deleted, reactions, by }) => ({
      id,
      sequence,
      body,
      deleted,
      reactions: [...reactions].toSorted(),
      status: this.#statusOf(by, sequence),
    }))
  }

  #statusOf(by: Person, sequence: number | null): MessageStatus {
    const { read, delivered } = this.cursors[by === 'visitor' ? 'agents' : 'visitor']
    if (sequence === null || sequence > delivered) return 'SENT'
    return sequence > read ? 'DELIVERED' : 'READ'
  }

  move(by: Person, kind: 'read' | 'receive', upTo: number): void {
    const cursor = this.cursors[by === 'visitor' ? 'visitor' : 'agents']
    const reached = Math.min(upTo, this.lastSequence)
    cursor.delivered = Math.max(cursor.delivered, reached)
    if (kind === 'read') cursor.read = Math.max(cursor.read, reached)
  }
}

/** What somebody held at a moment, to come back with later. */
interface Left {
  reader: AgentPrincipal | Visitor
  revision: number
  messages: Message[]
}

/** One run: does what is drawn to the real conversation and to the model. */
class Run {
  readonly model = new Model()
  readonly left: Left[] = []
  #sent = 0

  constructor(readonly talk: Talk) {}

  async do(act: Act): Promise<void> {
    await this.#do(act)
    for (const reader of [this.talk.company.viewer, this.talk.visitor]) {
      const { revision } = (await this.talk.view()).conversation
      this.left.push({ reader, revision, messages: await this.talk.history(reader) })
    }
  }

  #do(act: Act): Promise<void> {
    switch (act.act) {
      case 'send':
        return this.#send(act)
      case 'retry':
        return this.#retry(act.which)
      case 'edit':
      case 'remove':
        return this.#change(act)
      case 'react':
      case 'take back':
        return this.#react(act)
      case 'read':
      case 'receive':
        return this.#move(act)
      case 'close':
        return this.#close()
    }
  }

  #person(name: Person) {
    return name === 'visitor' ? this.talk.visitor : this.talk.company[name]
  }

  async #send({ by, note, twice }: Extract<Act, { act: 'send' }>): Promise<void> {
    const input = { localId: `${++this.#sent}`, body: `message ${this.#sent}`, internal: note }
    const refused =
      by === 'visitor' && note
        ? 'forbidden'
        : this.model.closed && by !== 'visitor' && !note
          ? 'conflict'
          : null
    const sending = Array.from({ length: twice ? 2 : 1 }, () =>
      this.talk.company.core.messages.post(this.#person(by), this.talk.id, input),
    )
    const answers = await Promise.all(sending.map((answer) => outcome(answer, refused)))
    const [answer] = answers
    if (answer === undefined || refused !== null) return
    expect(new Set(answers.map((given) => given?.message.id)).size).toBe(1)
    expect(answers.filter((given) => given?.created)).toHaveLength(1)
    const sequence = note ? null : this.model.lastSequence + 1
    this.model.messages.push({
      id: answer.message.id,
      input,
      by,
      sequence,
      body: input.body,
      deleted: false,
      reactions: new Set(),
    })
    if (!note) this.model.closed = false
  }

  async #retry(which: number): Promise<void> {
    const message = this.model.pick(which)
    if (message === undefined) return
    const again = await this.talk.company.core.messages.post(
      this.#person(message.by),
      this.talk.id,
      message.input,
    )
    expect(again).toMatchObject({ created: false, message: { id: message.id, body: message.body } })
  }

  async #change({ act, by, which }: Extract<Act, { act: 'edit' | 'remove' }>): Promise<void> {
    const { messages } = this.talk.company.core
    const message = this.model.pick(which)
    if (message === undefined) return
    const body = `${message.body}, edited`
    const refused = this.#hidden(message, by) ?? (message.by === by ? null : 'forbidden')
    const person = this.#person(by)
    if (act === 'edit') {
      const expected = refused ?? (message.deleted ? 'conflict' : null)
      await outcome(messages.edit(person, this.talk.id, message.id, body), expected)
      if (expected === null) message.body = body
    } else {
      await outcome(messages.remove(person, this.talk.id, message.id), refused)
      if (refused === null) Object.assign(message, { deleted: true, body: '', reactions: new Set() })
    }
  }

  async #react({ act, by, which, emoji }: Extract<Act, { act: 'react' | 'take back' }>): Promise<void> {
    const { reactions } = this.talk.company.core
    const message = this.model.pick(which)
    if (message === undefined) return
    const refused = this.#hidden(message, by) ?? (message.deleted ? 'conflict' : null)
    const change = act === 'react' ? reactions.add : reactions.remove
    await outcome(change.call(reactions, this.#person(by), this.talk.id, message.id, emoji), refused)
    if (refused !== null) return
    const reaction = `${by} ${emoji}`
    if (act === 'react') message.reactions.add(reaction)
    else message.reactions.delete(reaction)
  }

  async #move({ act, by, upTo }: Extract<Act, { act: 'read' | 'receive' }>): Promise<void> {
    const cursors = act === 'read' ? { read: upTo } : { delivered: upTo }
    const moving = this.talk.company.core.receipts.move(this.#person(by), this.talk.id, cursors)
    await afterWaiting(this.talk.company.instance.clock, 20, moving)
    this.model.move(by, act, upTo)
  }

  async #close(): Promise<void> {
    const closing = this.talk.company.core.lifecycle.close(this.talk.company.ada, this.talk.id)
    await outcome(closing, this.model.closed ? 'conflict' : null)
    this.model.closed = true
  }

  #hidden(message: ModelMessage, by: Person): ErrorCode | null {
    return by === 'visitor' && message.sequence === null ? 'not_found' : null
  }
}

/** The result, or nothing when the refusal that was expected came. */
async function outcome<Result>(
  action: Promise<Result>,
  refused: ErrorCode | null,
): Promise<Result | undefined> {
  const [settled] = await Promise.allSettled([action])
  const code =
    settled.status === 'fulfilled'
      ? null
      : settled.reason instanceof AppError
        ? settled.reason.code
        : settled.reason
  expect(code).toBe(refused)
  return settled.status === 'fulfilled' ? settled.value : undefined
}

/** What was given page by page since a revision, taken over into what was held then. */
async function comeBack(talk: Talk, { reader, revision, messages }: Left, limit: number): Promise<Message[]> {
  const held = new Map(messages.map((message) => [message.id, message]))
  for (let afterRevision = revision, more = true; more; ) {
    const page = await talk.company.core.history.page(reader, talk.id, { afterRevision, limit })
    for (const message of page.messages) held.set(message.id, message)
    const last = page.messages.at(-1)
    expect(last === undefined || last.revision > afterRevision).toBe(true)
    afterRevision = last?.revision ?? afterRevision
    more = page.hasMore
  }
  return inOrder([...held.values()])
}

const place = ({ sequence, afterSequence }: Message) => sequence ?? afterSequence
const inOrder = (messages: Message[]) =>
  messages.toSorted(
    (first, second) =>
      place(first) - place(second) ||
      Number(first.sequence === null) - Number(second.sequence === null) ||
      first.key - second.key,
  )

/** A receipt takes a revision of its own, which a page read afresh does not show. */
const withoutRevision = (messages: Message[]) => messages.map(({ revision, ...message }) => message)

async function agree({ talk, model, left }: Run): Promise<void> {
  for (const reader of [talk.company.viewer, talk.visitor]) {
    const names = new Map([
      [talk.company.ada.agent.key, 'ada'],
      [talk.company.bob.agent.key, 'bob'],
    ])
    const nameOf = (type: string, key: number) => (type === 'contact' ? 'visitor' : names.get(key))
    const history = await talk.history(reader)
    const shown = history.map(({ id, sequence, body, deletedAt, reactions, status }) => ({
      id,
      sequence,
      body,
      deleted: deletedAt !== null,
      reactions: reactions
        .map(({ type, memberKey, emoji }) => `${nameOf(type, memberKey)} ${emoji}`)
        .toSorted(),
      status,
    }))
    expect(shown).toEqual(model.seenBy(reader.type === 'visitor' ? 'visitor' : 'staff'))
  }
  for (const held of left) {
    const fresh = withoutRevision(await talk.history(held.reader))
    for (const limit of [2, 2_000]) expect(withoutRevision(await comeBack(talk, held, limit))).toEqual(fresh)
  }
}

eachDatabase('A conversation', (database) => {
  const instance = sharedInstance(database)

  test('is what a simple model of it says, live and for everybody who comes back at any moment', async () => {
    const company = await newCompany(instance())
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 25 }), async (acts) => {
        const run = new Run(await company.served())
        await eventsEqualState(run.talk, async () => {
          for (const each of acts) await run.do(each)
        })
        await agree(run)
      }),
      { numRuns: 60, interruptAfterTimeLimit: 4_000, markInterruptAsFailure: false },
    )
  }, 30_000)
})
