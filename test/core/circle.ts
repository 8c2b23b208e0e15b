import type { Cursors } from '../../src/server/core/messages/receipts.js'
import type { Message, ParticipantRole } from '../../src/server/core/model.js'
import type { Member, Principal } from '../../src/server/core/principal.js'
import { type Company, newCompany } from './company.js'
import type { TestInstance } from './instance.js'

let made = 0
const next = () => ++made

/** An app whose host has made its users known: people who write to each other. */
export class Circle {
  constructor(
    readonly company: Company,
    readonly ann: Member,
    readonly ben: Member,
    readonly cleo: Member,
    readonly dan: Member,
  ) {}

  get core() {
    return this.company.core
  }

  get app() {
    return this.company.app
  }

  member(userId: string): Promise<Member> {
    return newMember(this.company, userId)
  }

  /** The id of the conversation of the two. */
  async direct(one: Member = this.ann, other: Member = this.ben): Promise<string> {
    const userIds = [other.contact.externalId]
    return (await this.core.members.begin(one, { kind: 'direct', userIds })).view.conversation.id
  }

  /** The id of a group that Ann owns, with these roles for others, in this order. */
  async group(roles: readonly (readonly [Member, ParticipantRole])[] = []): Promise<string> {
    const userIds = roles.map(([{ contact }]) => contact.externalId)
    const { view } = await this.core.members.begin(this.ann, { kind: 'group', userIds, title: 'Walkers' })
    const { id } = view.conversation
    for (const [{ contact }, role] of roles)
      if (role !== 'member') await this.core.members.setRole(this.ann, id, contact.externalId, role)
    return id
  }

  async say(member: Member, id: string, body = 'hello'): Promise<Message> {
    return (await this.core.messages.post(member, id, { localId: `local-${next()}`, body })).message
  }

  /** Moves a cursor and lets time pass until it has moved: whether the reader is in there is read first. */
  async read(reader: Principal, id: string, cursors: Cursors = { read: Infinity }): Promise<number> {
    const moving = this.core.receipts.move(reader, id, cursors)
    let settled = false
    const settle = () => {
      settled = true
    }
    moving.then(settle, settle)
    while (!settled) {
      this.company.instance.clock.advance(20)
      await new Promise(setImmediate)
    }
    return moving
  }

  /** `userId:role` of who is in it now, in their order. */
  async people(id: string, as: Member = this.ann): Promise<string[]> {
    const { participants } = await this.core.members.one(as, id)
    return participants.map(({ userId, role }) => `${userId}:${role}`)
  }

  async bodies(member: Member, id: string): Promise<string[]> {
    const page = await this.core.history.page(member, id, { limit: 200 })
    return page.messages.map(({ body }) => body)
  }

  /** What the bus carried of a conversation since a mark, as `type` with who was concerned. */
  told(id: string, mark = 0): string[] {
    return this.company.instance.events.slice(mark).flatMap((event) => {
      if (!('conversation' in event) || event.conversation.conversationId !== id) return []
      return 'participant' in event
        ? [`${event.type} ${event.participant.userId}:${event.participant.role}`]
        : [event.type]
    })
  }
}

export async function newCircle(instance: TestInstance): Promise<Circle> {
  const company = await newCompany(instance)
  const people = await Promise.all(['ann', 'ben', 'cleo', 'dan'].map((name) => newMember(company, name)))
  const [ann, ben, cleo, dan] = people
  if (!ann || !ben || !cleo || !dan) throw new Error('Somebody did not come.')
  return new Circle(company, ann, ben, cleo, dan)
}

async function newMember({ core, app }: Company, externalId: string): Promise<Member> {
  const { key, id, name } = await core.directory.sync(app, { externalUserId: externalId, name: externalId })
  return { type: 'member', app, contact: { key, id, externalId, name } }
}
