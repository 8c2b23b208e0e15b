import { record } from '../audit.js'
import type { CoreContext } from '../context.js'
import { conflict, invalid, notFound } from '../errors.js'
import { newId } from '../ids.js'
import { assertMay } from '../permissions.js'
import type { Transaction } from '../ports.js'
import type { Staff } from '../principal.js'
import { checkedAddress } from './addresses.js'
import { type AttemptResult, attempt } from './attempt.js'
import { envelopeOf, isWebhookSecret, newWebhookSecret } from './envelope.js'
import { type EventType, eventTypes, type Webhook } from './model.js'

export interface NewWebhook {
  url: string
  /** Absent or empty: every type. */
  events?: EventType[]
  /** Absent: one is made. */
  secret?: string
}

export interface WebhookPatch {
  url?: string
  events?: EventType[]
  /** True also forgets that it failed. */
  enabled?: boolean
}

/** Why one of the settings is off since they name none. */
export const notConfigured = 'WEBHOOK_URL is not set any more.'

const mostOfAnApp = 20
const rotationMs = 24 * 3_600_000

/** Receivers of an app's events. Rows come with their secrets: protocols show them at `add` and `rotate` alone. */
export class Webhooks {
  readonly #context: CoreContext

  constructor(context: CoreContext) {
    this.#context = context
  }

  async add(staff: Staff, { url, events, secret }: NewWebhook): Promise<Webhook> {
    assertMay(staff, 'app.manage')
    const row = {
      ...newWebhook(staff.app.key, this.#context.clock.now()),
      url: checkedAddress(this.#context.webhookSender, url),
      events: checkedTypes(events ?? []),
      secret: secret === undefined ? newWebhookSecret() : checkedSecret(secret),
    }
    return this.#change(staff, 'webhook.add', row.id, { url }, async (transaction) => {
      const own = (await transaction.webhooks.list(staff.app.key)).filter(({ configured }) => !configured)
      if (own.length >= mostOfAnApp)
        throw conflict(`An app has at most ${mostOfAnApp} webhooks. Remove one that is not needed.`)
      return transaction.webhooks.insert(row)
    })
  }

  async list(staff: Staff): Promise<Webhook[]> {
    assertMay(staff, 'app.manage')
    return this.#context.store.read.webhooks.list(staff.app.key)
  }

  async one(staff: Staff, id: string): Promise<Webhook> {
    assertMay(staff, 'app.manage')
    const webhook = await this.#context.store.read.webhooks.byId(staff.app.key, id)
    if (webhook === undefined) throw notFound('webhook')
    return webhook
  }

  /** What is left out stays as it is. One of the settings can be switched on again, when it failed, and nothing else. */
  async update(staff: Staff, id: string, { url, events, enabled }: WebhookPatch): Promise<Webhook> {
    const isRevival = enabled === true && url === undefined && events === undefined
    const webhook = await this.one(staff, id)
    if (!isRevival || webhook.disabledReason === notConfigured) assertOwn(webhook)
    const { key } = webhook
    const patch = {
      ...(url === undefined ? {} : { url: checkedAddress(this.#context.webhookSender, url) }),
      ...(events === undefined ? {} : { events: checkedTypes(events) }),
      ...(enabled === undefined ? {} : { enabled, disabledReason: null, failingSince: null }),
    }
    return this.#change(staff, 'webhook.update', id, { url, events, enabled }, (transaction) =>
      transaction.webhooks.update(key, patch),
    )
  }

  /** With its deliveries. */
  async remove(staff: Staff, id: string): Promise<void> {
    const webhook = await this.#own(staff, id)
    await this.#change(staff, 'webhook.remove', id, { url: webhook.url }, async (transaction) => {
      await transaction.webhooks.remove(webhook.key)
      return webhook
    })
  }

  /** A new secret; for a day the old one signs too. */
  async rotate(staff: Staff, id: string, secret?: string): Promise<Webhook> {
    const webhook = await this.#own(staff, id)
    const patch = {
      secret: secret === undefined ? newWebhookSecret() : checkedSecret(secret),
      previousSecret: webhook.secret,
      previousSecretUntil: this.#context.clock.now() + rotationMs,
    }
    return this.#change(staff, 'webhook.rotate', id, {}, (transaction) =>
      transaction.webhooks.update(webhook.key, patch),
    )
  }

  /** Sends something now, also when it is disabled, and gives what came of it: a failure is no error here. */
  async test(staff: Staff, id: string): Promise<AttemptResult> {
    const webhook = await this.one(staff, id)
    const { webhookSender, clock } = this.#context
    const event = { id: newId('evt'), type: 'webhook.test', at: clock.now() }
    const data = { webhookId: id, text: 'This is a test. Nothing has happened.' }
    const body = JSON.stringify(envelopeOf({ ...event, data }))
    return (await attempt(webhookSender, clock, webhook, { ...event, body, attempt: 1 })).result
  }

  async #own(staff: Staff, id: string): Promise<Webhook> {
    const webhook = await this.one(staff, id)
    assertOwn(webhook)
    return webhook
  }

  async #change(
    staff: Staff,
    action: string,
    target: string,
    details: Record<string, unknown>,
    work: (transaction: Transaction) => Promise<Webhook | undefined>,
  ): Promise<Webhook> {
    const { key, id } = staff.app
    return this.#context.store.transaction(async (transaction) => {
      const webhook = await work(transaction)
      if (webhook === undefined) throw notFound('webhook')
      await record(this.#context, transaction, staff, { action, target, details })
      transaction.afterCommit(() =>
        this.#context.bus.publish({ type: 'outbox.changed', appKey: key, appId: id }),
      )
      return webhook
    })
  }
}

function assertOwn({ configured }: Webhook): void {
  if (configured)
    throw conflict('This webhook is made from WEBHOOK_URL in the settings of the server. Change it there.')
}

/** One that gets everything. */
export const newWebhook = (appKey: number, createdAt: number): Omit<Webhook, 'key' | 'url' | 'secret'> => ({
  id: newId('whk'),
  appKey,
  events: [],
  previousSecret: null,
  previousSecretUntil: null,
  enabled: true,
  disabledReason: null,
  failingSince: null,
  configured: false,
  createdAt,
})

function checkedTypes(types: readonly EventType[]): EventType[] {
  const unknown = types.find((type) => !eventTypes.includes(type))
  if (unknown !== undefined)
    throw invalid(`There are no events of type ${unknown}. Choose from: ${eventTypes.join(', ')}.`)
  return [...new Set(types)]
}

function checkedSecret(secret: string): string {
  if (isWebhookSecret(secret)) return secret
  throw invalid('A secret is whsec_ followed by the base64 of 24 to 64 bytes. Leave it out to have one made.')
}
