import type {
  Delivery,
  DeliveryAttempt,
  EventPage,
  ListDeliveries,
  OutsideEvent,
  Page,
  PatchWebhook,
  Webhook,
  WebhookInput,
  WebhookSecret,
} from './wire.js'

export interface WebhookCalls {
  list(): Promise<Webhook[]>
  one(id: string): Promise<Webhook>
  /** `secret` is shown this once. */
  add(input: WebhookInput): Promise<WebhookSecret>
  update(id: string, changes: PatchWebhook): Promise<Webhook>
  remove(id: string): Promise<void>
  /** A new secret; for a while the old one signs, too. */
  rotate(id: string): Promise<WebhookSecret>
  /** Sends a test event now and waits for the receiver's answer. */
  test(id: string): Promise<DeliveryAttempt>
}

export interface DeliveryCalls {
  /** Newest first. */
  list(query?: ListDeliveries): Promise<Page<Delivery>>
  one(id: string): Promise<{ delivery: Delivery; attempts: DeliveryAttempt[] }>
  replay(id: string): Promise<Delivery>
  /** Everything that was given up; gives how many. */
  replayDead(which?: { webhook_id?: string; since?: string }): Promise<number>
}

export type EventType = OutsideEvent['type']

export interface EventQuery {
  /** The cursor of an event or of a page; without it only what is still to come. */
  readonly after?: string
  /** None: all types. */
  readonly types?: readonly EventType[]
  /** At most 200; 50 when absent. */
  readonly limit?: number
  /** Seconds to wait for an event when there is none, at most 30. */
  readonly wait?: number
}

export interface FollowOptions extends Omit<EventQuery, 'wait'> {
  /** Ends it. */
  readonly signal?: AbortSignal
  /** The server gave no answer; it is asked again after so many milliseconds. Null: it is there again. */
  readonly onTrouble?: (trouble: { error: Error; retryIn: number } | null) => void
}

export interface EventCalls {
  page(query?: EventQuery, signal?: AbortSignal): Promise<EventPage>
  /**
   * Page after page for ever, also empty ones, whose cursor is where to go on. Waits for a server that goes away;
   * rejects when the first request fails, and when the server lets us in no longer.
   */
  follow(options?: FollowOptions): AsyncGenerator<EventPage, void, undefined>
}
