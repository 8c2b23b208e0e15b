import type { DeliveryState } from '../model.js'
import type { Delivery, DeliveryAttempt, EventType, OutboxEvent, Webhook } from '../outbox/model.js'
import type { New, Patch } from './rows.js'

/** Behind which event a reader stands: events sort by transaction, then by key. */
export interface EventPlace {
  transaction: number
  key: number
}

export interface OutboxEventQueries {
  insert(event: Omit<OutboxEvent, 'key' | 'transaction'>): Promise<number>
  byKeys(keys: number[]): Promise<OutboxEvent[]>
  /** Those of one conversation, by the time at which they happened; the index on time bounds what is read. */
  between(
    of: { appKey: number; conversationKey: number; type: EventType },
    from: number,
    through: number,
    limit: number,
  ): Promise<OutboxEvent[]>
  /** In the order of their commits, only those before which none can come any more. No types: all of them. */
  after(
    appKey: number,
    place: EventPlace,
    options: { types?: EventType[]; limit: number },
  ): Promise<OutboxEvent[]>
  /** Behind the last event before which none can come any more. */
  end(appKey: number): Promise<EventPlace>
  /** Older ones that no delivery needs any more; gives how many. At most `limit` at once. */
  prune(before: number, limit: number): Promise<number>
}

export interface WebhookQueries {
  insert(webhook: New<Webhook>): Promise<Webhook>
  update(key: number, patch: Patch<Webhook>): Promise<Webhook | undefined>
  /** With its deliveries. */
  remove(key: number): Promise<void>
  byId(appKey: number, id: string): Promise<Webhook | undefined>
  byKey(key: number): Promise<Webhook | undefined>
  list(appKey: number): Promise<Webhook[]>
  /** Made from the server's own settings, of whatever app. */
  configured(): Promise<Webhook[]>
  /** For so long nobody tried: of those that fail it does not count. */
  excuse(byMs: number): Promise<void>
  /** Of all apps: enabled ones that have something due, the longest waiting first. */
  due(at: number, limit: number): Promise<Webhook[]>
}

export interface DeliveryFilter {
  webhookKey?: number
  state?: DeliveryState
  beforeKey?: number
  limit: number
}

/** One that failed once: later ones of its lane wait for its next attempt. */
export interface Trouble {
  key: number
  lane: number
  nextAttemptAt: number
}

export interface DeliveryQueries {
  insertMany(deliveries: New<Delivery>[]): Promise<void>
  /**
   * Inserts pushes. One that waits for the same target and lane becomes the new one in its place: it has the new id,
   * tries from the beginning, and waits as long as before where an attempt has failed.
   */
  savePushes(deliveries: New<Delivery>[]): Promise<void>
  byId(appKey: number, id: string): Promise<Delivery | undefined>
  /** Newest first. */
  list(appKey: number, filter: DeliveryFilter): Promise<Delivery[]>
  /** Those of an event whose ids lie in a range, which bounds what is read. */
  ofEvent(eventKey: number, fromId: string, throughId: string): Promise<Delivery[]>
  /** Pending ones of a webhook whose next attempt lies in [from, through], by it and then by key. */
  due(webhookKey: number, from: number, through: number, limit: number): Promise<Delivery[]>
  /** Pending ones of a webhook that failed once since they were put back, if ever. */
  troubled(webhookKey: number): Promise<Trouble[]>
  /** One more attempt each, and the last. */
  succeed(keys: number[], at: number, status: number): Promise<void>
  /** Pending pushes of all apps whose next attempt is due, by it and then by key. */
  duePushes(through: number, limit: number): Promise<Delivery[]>
  /** Changes one that is still pending: another node may have been faster, or a newer push have taken its place. */
  settle(id: string, patch: Patch<Delivery>): Promise<void>
  postpone(keys: number[], until: number): Promise<void>
  /** Of a webhook: those that were never tried, and only wait for others, are due at once. */
  rush(webhookKey: number): Promise<void>
  /** The clock went back: what waits for its time comes as much earlier. */
  hasten(byMs: number): Promise<void>
  /** Puts one back that has ended; gives whether it had. */
  reviveOne(key: number): Promise<boolean>
  /** Puts dead ones back, of all webhooks or one, written since, but no pushes; gives how many. */
  revive(appKey: number, filter: { webhookKey?: number; since?: number }): Promise<number>
  /** But not of deliveries that went with their webhook meanwhile. */
  insertAttempts(attempts: New<DeliveryAttempt>[]): Promise<void>
  attempts(deliveryKey: number): Promise<DeliveryAttempt[]>
  /** Of all apps: how many are on their way, and how many were given up. */
  outstanding(): Promise<{ state: DeliveryState; count: number }[]>
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
