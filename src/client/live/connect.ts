import { ReplyHqError } from '../errors.js'
import { LiveOfferFeed } from '../feeds/offer-feed.js'
import { LiveQueueFeed } from '../feeds/queue-feed.js'
import type { AdminClient } from '../types/admin.js'
import type { QueueFeed } from '../types/feeds.js'
import type { AdminAcks, AdminLive, AdminSide, LiveOptions, VisitorLive, VisitorSide } from '../types/live.js'
import type { VisitorClient } from '../types/visitor.js'
import { Connection } from './connection.js'

/** A live connection with a visitor client's credentials. */
export function connectVisitor(client: VisitorClient, options: LiveOptions = {}): VisitorLive {
  return new Connection<VisitorSide>(
    {
      url: client.url,
      namespace: '/client',
      credentials: () => Promise.resolve(client.credentials()),
      older: (id, before, limit) => client.messages(id, { before_sequence: before, limit }),
    },
    options,
  )
}

/** A live connection with an admin client's credentials, which it renews like the client does. */
export function connectAdmin(client: AdminClient, options: LiveOptions = {}): AdminLive {
  return new AdminConnection(client, options)
}

class AdminConnection extends Connection<AdminSide> implements AdminLive {
  readonly offers: LiveOfferFeed
  #queue: LiveQueueFeed | null = null
  #subscribed = false

  constructor(client: AdminClient, options: LiveOptions) {
    super(
      {
        url: client.url,
        namespace: '/admin',
        credentials: (renew) => client.credentials(renew),
        older: (id, before, limit) => client.conversations.messages(id, { before_sequence: before, limit }),
      },
      options,
    )
    this.offers = new LiveOfferFeed(this.clock)
    this.on('queue:offer', (offer) => this.offers.offered(offer))
    this.on('message:new', (message) => this.offers.said(message))
    this.on('queue:offer_ended', (ended) => this.offers.ended(ended))
    this.on('connected', ({ app_id, server_time }) => {
      this.offers.began(server_time)
      if (app_id !== null) void this.#subscribe(app_id)
    })
    this.on('queue:changed', (change) => this.#queue?.changed(change))
    this.on('sync:required', () => this.#queue?.resync())
    this.onState(({ phase }) => {
      if (phase !== 'connected') this.#subscribed = false
    })
  }

  queue(): QueueFeed {
    this.#queue ??= new LiveQueueFeed({
      clock: this.clock,
      connected: () => this.#subscribed,
      list: (limit): Promise<AdminAcks['queue:list']> => this.request('queue:list', { limit }),
    })
    return this.#queue
  }

  /** First the changes, then the snapshot: so none falls between them. */
  async #subscribe(appId: string): Promise<void> {
    try {
      await this.request('app:subscribe', { app_id: appId })
      this.#subscribed = true
      this.offers.subscribed()
      this.#queue?.resync()
    } catch (error) {
      // A cut is healed by the next connection; a refusal is for whoever holds the queue.
      if (error instanceof ReplyHqError && error.code !== 'unreachable') this.#queue?.refused(error)
    }
  }
}
