import type { DeliveryState } from '../model.js'
import type { Delivery, DeliveryAttempt, EventType, OutboxEvent, Webhook } from '../outbox/model.js'

type New<Row extends { key: number }> = Omit<Row, 'key'>

/** Behind which event a reader stands: events sort by transaction, then by key. */
export interface EventPlace {
  transaction: number
  key: number
}

export interface OutboxEventQueries {
  insert(event: Omit<OutboxEvent, 'key' | 'transaction'>): Promise<number>
  byKeys(keys: number[]): Promise<OutboxEvent[]>
  /** In the order of their commits, only those before which none can come any more. No types: all of them. */
  after(
    appKey: number,
    place: EventPlace,
    options: { types?: EventType[]; limit: number },
  ): Promise<OutboxEvent[]>
  /** Behind everything that was committed up to now. */
  end(appKey: number): Promise<EventPlace>
  /** Those that no delivery needs any more; gives how many. At most `limit` at once. */
  prune(before: number, limit: number): Promise<number>
}

export interface WebhookQueries {
  insert(webhook: New<Webhook>): Promise<Webhook>
  update(key: number, patch: Partial<Omit<Webhook, 'key' | 'id' | 'appKey'>>): Promise<Webhook | undefined>
  /** With its deliveries. */
  remove(key: number): Promise<void>
  byId(appKey: number, id: string): Promise<Webhook | undefined>
  byKey(key: number): Promise<Webhook | undefined>
  list(appKey: number): Promise<Webhook[]>
  /** Of all apps: keys of enabled ones that have something due, the longest waiting first. */
  due(at: number, limit: number): Promise<number[]>
}

export interface DeliveryFilter {
  webhookKey?: number
  state?: DeliveryState
  beforeKey?: number
  limit: number
}

export interface DeliveryQueries {
  insertMany(deliveries: New<Delivery>[]): Promise<void>
  byId(appKey: number, id: string): Promise<Delivery | undefined>
  /** Newest first. */
  list(appKey: number, filter: DeliveryFilter): Promise<Delivery[]>
  /** Of one webhook, by key: pending ones whose time has come. */
  due(webhookKey: number, at: number, limit: number): Promise<Delivery[]>
  update(key: number, patch: Partial<Omit<Delivery, 'key' | 'id' | 'appKey'>>): Promise<void>
  /** Puts dead ones back; gives how many. */
  revive(appKey: number, filter: { webhookKey?: number; since?: number }, at: number): Promise<number>
  insertAttempt(attempt: New<DeliveryAttempt>): Promise<void>
  attempts(deliveryKey: number): Promise<DeliveryAttempt[]>
  countByState(appKey: number): Promise<{ webhookKey: number | null; state: DeliveryState; count: number }[]>
  /** Those that ended before; gives how many. At most `limit` at once. */
  prune(endedBefore: number, limit: number): Promise<number>
}

export interface LeaseQueries {
  /** Gives true when the holder has it now: it was free, over, or the holder's own already. */
  take(name: string, holder: string, now: number, until: number): Promise<boolean>
  release(name: string, holder: string): Promise<void>
}

export interface OutboxQueries {
  outboxEvents: OutboxEventQueries
  webhooks: WebhookQueries
  deliveries: DeliveryQueries
  leases: LeaseQueries
}
