import type {
  AdminClient,
  Delivery,
  DeliveryAttempt,
  MessageTrace,
  PatchWebhook,
  Webhook,
  WebhookInput,
  WebhookSecret,
} from '../../client/index.js'
import type { Core } from '../../server/core/index.js'
import { PrivateAddressError } from '../../server/core/outbox/addresses.js'
import type { Operator } from '../../server/core/principal.js'
import { delivery, deliveryAttempt, messageTrace, webhook } from '../../server/protocols/v1/wire-outside.js'
import { CommandError } from '../errors.js'
import { take } from './take.js'

/** What the commands on webhooks and their deliveries need. */
export interface OutsideDesk {
  webhooks(): Promise<Webhook[]>
  addWebhook(input: WebhookInput): Promise<WebhookSecret>
  changeWebhook(id: string, changes: PatchWebhook): Promise<Webhook>
  removeWebhook(id: string): Promise<void>
  rotateWebhook(id: string): Promise<WebhookSecret>
  testWebhook(id: string): Promise<DeliveryAttempt>
  deliveries(query: DeliveryQuery, limit: number): Promise<Delivery[]>
  delivery(id: string): Promise<{ delivery: Delivery; attempts: DeliveryAttempt[] }>
  replay(id: string): Promise<Delivery>
  /** What became of a message. */
  trace(messageId: string): Promise<MessageTrace>
  /** Gives how many; `since` is RFC 3339. */
  replayDead(which: { webhook?: string; since?: string }): Promise<number>
}

export interface DeliveryQuery {
  readonly state?: Delivery['state']
  /** A webhook's id. */
  readonly webhook?: string
}

/** Of a running server. */
export const remoteOutside = ({ webhooks, deliveries, trace }: AdminClient): OutsideDesk => ({
  webhooks: () => webhooks.list(),
  addWebhook: (input) => webhooks.add(input),
  changeWebhook: (id, changes) => webhooks.update(id, changes),
  removeWebhook: (id) => webhooks.remove(id),
  rotateWebhook: (id) => webhooks.rotate(id),
  testWebhook: (id) => webhooks.test(id),
  deliveries: (query, limit) => take(limit, (page) => deliveries.list({ ...query, ...page })),
  delivery: (id) => deliveries.one(id),
  replay: (id) => deliveries.replay(id),
  trace,
  replayDead: ({ webhook: id, since }) => deliveries.replayDead({ webhook_id: id, since }),
})

/** Of the data folder on this machine. */
export function localOutside({ webhooks, deliveries, messageTraces }: Core, operator: Operator): OutsideDesk {
  return {
    webhooks: async () => (await webhooks.list(operator)).map(webhook),
    async addWebhook(input) {
      const row = await byOwnSettings(() => webhooks.add(operator, input))
      return { webhook: webhook(row), secret: row.secret }
    },
    changeWebhook: async (id, changes) =>
      webhook(await byOwnSettings(() => webhooks.update(operator, id, changes))),
    removeWebhook: (id) => webhooks.remove(operator, id),
    async rotateWebhook(id) {
      const row = await webhooks.rotate(operator, id)
      return { webhook: webhook(row), secret: row.secret }
    },
    testWebhook: async (id) => deliveryAttempt(await webhooks.test(operator, id)),
    async deliveries({ state, webhook: webhookId }, limit) {
      return (await deliveries.list(operator, { state, webhookId, limit })).map(delivery)
    },
    async delivery(id) {
      const found = await deliveries.one(operator, id)
      return { delivery: delivery(found.delivery), attempts: found.attempts.map(deliveryAttempt) }
    },
    trace: async (id) => messageTrace(await messageTraces.of(operator, id)),
    replay: async (id) => delivery(await deliveries.replay(operator, id)),
    replayDead: ({ webhook: webhookId, since }) =>
      deliveries.replayDead(operator, {
        webhookId,
        since: since === undefined ? undefined : Date.parse(since),
      }),
  }
}

const whoseSettings =
  'On the data folder the settings of this command count, not those of a running server: set them here too, or add --url to ask the server.'

async function byOwnSettings<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof PrivateAddressError)
      throw new CommandError('invalid_request', error.message, whoseSettings)
    throw error
  }
}
