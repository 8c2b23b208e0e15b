import type { CoreContext } from '../context.js'
import type { App } from '../model.js'
import type { Transaction } from '../ports.js'
import type { Webhook } from './model.js'
import { newWebhook, notConfigured } from './webhooks.js'

/** A receiver that the settings of the server name. */
export interface ConfiguredReceiver {
  url: string
  secret: string
}

const leaseMs = 30_000

/** Brings the webhook of the first app that the settings describe to what they say now; null: they describe none. */
export async function settleConfigured(
  context: CoreContext,
  receiver: ConfiguredReceiver | null,
): Promise<void> {
  const { store, clock, bus } = context
  const [app] = await store.read.apps.list()
  // Most starts find it settled, and must write nothing then: a server has to start on a full disk.
  if (app === undefined || isSettled(await store.read.webhooks.configured(), receiver)) return
  await store.transaction(async (transaction) => {
    // Nodes that start at the same moment wait for each other at this row.
    await transaction.leases.take('webhook:configured', 'settings', clock.now(), clock.now() + leaseMs)
    const known = await transaction.webhooks.configured()
    if (receiver !== null) await describe(transaction, app, known[0], receiver, clock.now())
    else for (const { key } of known) await transaction.webhooks.update(key, gone)
    transaction.afterCommit(() => bus.publish({ type: 'outbox.changed', appKey: app.key, appId: app.id }))
  })
}

const isSettled = (known: readonly Webhook[], receiver: ConfiguredReceiver | null): boolean =>
  receiver === null
    ? known.every(({ enabled }) => !enabled)
    : known[0] !== undefined && isAs(known[0], receiver)

const isAs = ({ url, secret, enabled, failingSince }: Webhook, receiver: ConfiguredReceiver): boolean =>
  url === receiver.url && secret === receiver.secret && enabled && failingSince === null

const gone = { enabled: false, disabledReason: notConfigured }

/** A start enables it again, whatever became of it. */
async function describe(
  transaction: Transaction,
  app: App,
  known: Webhook | undefined,
  { url, secret }: ConfiguredReceiver,
  at: number,
): Promise<void> {
  const current = { url, secret, enabled: true, disabledReason: null, failingSince: null }
  if (known === undefined)
    await transaction.webhooks.insert({ ...newWebhook(app.key, at), ...current, configured: true })
  else await transaction.webhooks.update(known.key, current)
}
