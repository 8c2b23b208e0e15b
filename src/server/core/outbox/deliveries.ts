import { record } from '../audit.js'
import type { CoreContext } from '../context.js'
import { conflict, notFound } from '../errors.js'
import type { DeliveryState } from '../model.js'
import { assertMay } from '../permissions.js'
import type { Transaction } from '../ports.js'
import type { Staff } from '../principal.js'
import { OutboxAnnouncer } from './announcer.js'
import type { Delivery, DeliveryAttempt, OutboxEvent } from './model.js'

/** A delivery with what it carries, as long as that is kept. */
export interface DeliveryView extends Delivery {
  /** Of a webhook its address. */
  target: string
  webhookId: string | null
  event: Pick<OutboxEvent, 'id' | 'type' | 'at'> | null
}

/** What is on its way to the outside, arrived, or was put aside for a person. */
export class Deliveries {
  readonly #context: CoreContext
  readonly #announcer: OutboxAnnouncer

  constructor(context: CoreContext) {
    this.#context = context
    this.#announcer = new OutboxAnnouncer(context)
  }

  /** Newest first. */
  async list(
    staff: Staff,
    filter: { webhookId?: string; state?: DeliveryState; beforeKey?: number; limit: number },
  ): Promise<DeliveryView[]> {
    assertMay(staff, 'app.manage')
    const { webhookId, ...rest } = filter
    const webhookKey = await this.#webhookKey(staff, webhookId)
    const { read } = this.#context.store
    return this.#views(await read.deliveries.list(staff.app.key, { ...rest, webhookKey }))
  }

  async one(staff: Staff, id: string): Promise<{ delivery: DeliveryView; attempts: DeliveryAttempt[] }> {
    const row = await this.#find(staff, id)
    return {
      delivery: await this.#view(row),
      attempts: await this.#context.store.read.deliveries.attempts(row.key),
    }
  }

  /** Puts one back that has ended: it is sent again at once, and its attempts go on counting. */
  async replay(staff: Staff, id: string): Promise<DeliveryView> {
    const { key, kind, eventKey } = await this.#find(staff, id)
    if (kind === 'push') throw conflict('A push notification is not sent again: the next message brings one.')
    const { read } = this.#context.store
    if (eventKey !== null && (await read.outboxEvents.byKeys([eventKey])).length === 0)
      throw conflict('The event of this delivery is kept no longer, so it cannot be sent again.')
    await this.#replaying(staff, id, {}, async (transaction) => {
      if (!(await transaction.deliveries.reviveOne(key)))
        throw conflict('This delivery has not ended: it is on its way already.')
      return 1
    })
    return this.#view(await this.#find(staff, id))
  }

  /** Puts back what was given up, of one webhook or all, and what was written since; gives how many. */
  async replayDead(staff: Staff, which: { webhookId?: string; since?: number } = {}): Promise<number> {
    assertMay(staff, 'app.manage')
    const webhookKey = await this.#webhookKey(staff, which.webhookId)
    return this.#replaying(staff, which.webhookId ?? null, { since: which.since }, (transaction) =>
      transaction.deliveries.revive(staff.app.key, { webhookKey, since: which.since }),
    )
  }

  #replaying(
    staff: Staff,
    target: string | null,
    details: Record<string, unknown>,
    work: (transaction: Transaction) => Promise<number>,
  ): Promise<number> {
    return this.#context.store.transaction(async (transaction) => {
      const count = await work(transaction)
      const action = 'delivery.replay'
      await record(this.#context, transaction, staff, { action, target, details: { ...details, count } })
      transaction.afterCommit(() => this.#announcer.written(staff.app))
      return count
    })
  }

  async #webhookKey(staff: Staff, id: string | undefined): Promise<number | undefined> {
    if (id === undefined) return undefined
    const webhook = await this.#context.store.read.webhooks.byId(staff.app.key, id)
    if (webhook === undefined) throw notFound('webhook')
    return webhook.key
  }

  async #find(staff: Staff, id: string): Promise<Delivery> {
    assertMay(staff, 'app.manage')
    const row = await this.#context.store.read.deliveries.byId(staff.app.key, id)
    if (row === undefined) throw notFound('delivery')
    return row
  }

  async #view(row: Delivery): Promise<DeliveryView> {
    const [view] = await this.#views([row])
    if (view === undefined) throw notFound('delivery')
    return view
  }

  async #views(rows: Delivery[]): Promise<DeliveryView[]> {
    const [events, webhooks] = await Promise.all([this.#eventsOf(rows), this.#webhooksOf(rows)])
    return rows.map((row) => ({
      ...row,
      // At once: nobody outside should read 1970.
      nextAttemptAt: row.nextAttemptAt === 0 ? row.createdAt : row.nextAttemptAt,
      target: webhooks.get(row.target) ?? row.target,
      webhookId: row.kind === 'webhook' ? row.target : null,
      event: row.eventKey === null ? null : (events.get(row.eventKey) ?? null),
    }))
  }

  async #eventsOf(rows: Delivery[]): Promise<Map<number, NonNullable<DeliveryView['event']>>> {
    const keys = new Set(rows.flatMap(({ eventKey }) => (eventKey === null ? [] : [eventKey])))
    const events = keys.size === 0 ? [] : await this.#context.store.read.outboxEvents.byKeys([...keys])
    return new Map(events.map(({ key, id, type, at }) => [key, { id, type, at }]))
  }

  /** Their addresses by their ids. */
  async #webhooksOf([first]: Delivery[]): Promise<Map<string, string>> {
    const webhooks = first === undefined ? [] : await this.#context.store.read.webhooks.list(first.appKey)
    return new Map(webhooks.map(({ id, url }) => [id, url]))
  }
}
