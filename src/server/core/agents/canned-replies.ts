import { record } from '../audit.js'
import type { CoreContext } from '../context.js'
import { conflict, notFound } from '../errors.js'
import { newId } from '../ids.js'
import type { CannedReply } from '../model.js'
import { assertMay } from '../permissions.js'
import type { Staff } from '../principal.js'
import { cleanText } from '../text.js'

export interface CannedReplyInput {
  name: string
  text: string
  /** For all agents of the app; needs the right to manage it. */
  shared?: boolean
}

const everybody = 0

/** Texts that agents send often: shared by the app, or an agent's own. */
export class CannedReplies {
  readonly #context: CoreContext

  constructor(context: CoreContext) {
    this.#context = context
  }

  async list(principal: Staff): Promise<CannedReply[]> {
    assertMay(principal, 'app.read')
    return this.#context.store.read.cannedReplies.list(principal.app.key, agentKeyOf(principal))
  }

  async create(principal: Staff, input: CannedReplyInput): Promise<CannedReply> {
    const shared = input.shared ?? principal.type !== 'agent'
    assertMay(principal, shared ? 'app.manage' : 'canned.own')
    return this.#context.store.transaction(async (transaction) => {
      const created = await transaction.cannedReplies.insert({
        id: newId('can'),
        appKey: principal.app.key,
        agentKey: shared ? everybody : agentKeyOf(principal),
        name: cleanText(input.name),
        text: cleanText(input.text),
        updatedAt: this.#context.clock.now(),
      })
      if (created === undefined)
        throw conflict(`There is a canned reply "${input.name}" already. Change that one.`)
      await record(this.#context, transaction, principal, { action: 'canned.create', target: created.id })
      return created
    })
  }

  async update(principal: Staff, id: string, input: Omit<CannedReplyInput, 'shared'>): Promise<CannedReply> {
    const reply = await this.#own(principal, id)
    const patch = {
      name: cleanText(input.name),
      text: cleanText(input.text),
      updatedAt: this.#context.clock.now(),
    }
    return this.#context.store.transaction(async (transaction) => {
      const others = await transaction.cannedReplies.list(reply.appKey, reply.agentKey)
      const taken = others.some(
        (other) => other.name === patch.name && other.key !== reply.key && other.agentKey === reply.agentKey,
      )
      if (taken) throw conflict(`There is a canned reply "${patch.name}" already. Choose another name.`)
      const updated = await transaction.cannedReplies.update(reply.key, patch)
      if (updated === undefined) throw notFound('canned reply')
      await record(this.#context, transaction, principal, { action: 'canned.update', target: id })
      return updated
    })
  }

  async remove(principal: Staff, id: string): Promise<void> {
    const reply = await this.#own(principal, id)
    await this.#context.store.transaction(async (transaction) => {
      await transaction.cannedReplies.remove(reply.key)
      await record(this.#context, transaction, principal, { action: 'canned.delete', target: id })
    })
  }

  async #own(principal: Staff, id: string): Promise<CannedReply> {
    assertMay(principal, 'canned.own')
    const reply = await this.#context.store.read.cannedReplies.byId(principal.app.key, id)
    const mine = reply !== undefined && reply.agentKey === agentKeyOf(principal)
    if (reply === undefined || (reply.agentKey !== everybody && !mine)) throw notFound('canned reply')
    if (reply.agentKey === everybody) assertMay(principal, 'app.manage')
    return reply
  }
}

const agentKeyOf = (principal: Staff): number =>
  principal.type === 'agent' ? principal.agent.key : everybody
