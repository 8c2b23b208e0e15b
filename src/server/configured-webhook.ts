import type { Config, InstanceSecrets } from '../config.js'
import type { Loggers } from '../logger.js'
import type { CoreContext } from './core/context.js'
import { settleConfigured } from './core/outbox/configured.js'

/** Makes the webhook that the settings describe. Throws an Error with a sentence when they do not suffice. */
export async function settleConfiguredWebhook(
  { webhook: { url } }: Config,
  { webhookSecret: secret }: InstanceSecrets,
  context: CoreContext,
  { server }: Loggers,
): Promise<void> {
  if (url === undefined) return settleConfigured(context, null)
  if (secret === undefined)
    throw new Error(
      'WEBHOOK_URL needs WEBHOOK_SECRET, with which the receiver knows that it was this server.',
    )
  if (context.webhookSender.refuses(new URL(url)))
    server.warn('WEBHOOK_URL is a private address: nothing is sent there without WEBHOOK_ALLOW_PRIVATE=true')
  return settleConfigured(context, { url, secret })
}
