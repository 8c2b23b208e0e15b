import type { CoreContext } from '../context.js'
import { unauthorized } from '../errors.js'
import { hashSecret } from '../ids.js'
import type { KnownApps } from '../known-apps.js'
import type { ApiKey, App } from '../model.js'
import { lastUsePrecisionMs } from './last-use.js'

/** Recognises API keys. */
export class ApiKeys {
  readonly #context: CoreContext
  readonly #apps: KnownApps

  constructor(context: CoreContext, apps: KnownApps) {
    this.#context = context
    this.#apps = apps
  }

  /** The key's row and app; the app, when named, must be the key's own. Throws unauthorized. */
  async find(key: string, appId: string | undefined): Promise<{ app: App; apiKey: ApiKey }> {
    const { store, clock } = this.#context
    const apiKey = await store.read.apiKeys.byHash(hashSecret(key))
    const now = clock.now()
    if (
      apiKey === undefined ||
      apiKey.revokedAt !== null ||
      (apiKey.expiresAt !== null && apiKey.expiresAt <= now)
    )
      throw unauthorized('This key is not valid. Check it, or make a new one with "replyhq keys create".')
    const app = await store.read.apps.byKey(apiKey.appKey)
    if (app === undefined || (appId !== undefined && app.id !== appId))
      throw unauthorized('This key does not belong to that app. Check X-App-Id and the key.')
    if (now - (apiKey.lastUsedAt ?? 0) > lastUsePrecisionMs)
      await store.transaction((transaction) => transaction.apiKeys.update(apiKey.key, { lastUsedAt: now }))
    return { app: this.#apps.current(app), apiKey }
  }
}
