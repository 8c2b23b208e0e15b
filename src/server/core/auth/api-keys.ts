import type { KnownApps } from '../apps/known-apps.js'
import type { CoreContext } from '../context.js'
import { unauthorized } from '../errors.js'
import { isOfAllKinds } from '../gaps.js'
import { hashSecret } from '../ids.js'
import type { ApiKey, App } from '../model.js'
import { lastUsePrecisionMs, noteUse } from './last-use.js'

interface KnownKey {
  app: App
  apiKey: ApiKey
  readAt: number
}

// A key is asked for with every request. What other processes do to it without telling, such as a command beside
// the server, holds after this time; what the server itself does, or another node tells, holds at once.
const rememberedMs = 1_000
const rememberedKeys = 10_000

/** Recognises API keys. */
export class ApiKeys {
  readonly #context: CoreContext
  readonly #apps: KnownApps
  readonly #known = new Map<string, KnownKey>()
  /** Counts what was forgotten, so that nothing is remembered that was read before. */
  #forgotten = 0

  constructor(context: CoreContext, apps: KnownApps) {
    this.#context = context
    this.#apps = apps
    context.bus.subscribe((event) => {
      if (event.type === 'access.changed') this.#forget()
    })
    context.bus.onGap((gap) => {
      if (isOfAllKinds(gap)) this.#forget()
    })
  }

  /** The key's row and app; the app, when named, must be the key's own. Throws unauthorized. */
  async find(key: string, appId: string | undefined): Promise<{ app: App; apiKey: ApiKey }> {
    const now = this.#context.clock.now()
    const found = await this.#read(hashSecret(key), now)
    if (found === undefined || hasEnded(found.apiKey, now))
      throw unauthorized('This key is not valid. Check it, or make a new one with "replyhq keys create".')
    const { app, apiKey } = found
    if (appId !== undefined && app.id !== appId)
      throw unauthorized('This key does not belong to that app. Check X-App-Id and the key.')
    if (now - (apiKey.lastUsedAt ?? 0) > lastUsePrecisionMs) await this.#noteUse(apiKey, now)
    return found
  }

  async #read(hash: string, now: number): Promise<KnownKey | undefined> {
    const known = this.#known.get(hash)
    if (known !== undefined && now - known.readAt < rememberedMs) return known
    const { read } = this.#context.store
    const forgotten = this.#forgotten
    const apiKey = await read.apiKeys.byHash(hash)
    const app = apiKey && (await read.apps.byKey(apiKey.appKey))
    if (apiKey === undefined || app === undefined) return undefined
    const fresh = { app: this.#apps.current(app), apiKey, readAt: now }
    if (forgotten === this.#forgotten) this.#remember(hash, fresh)
    return fresh
  }

  #remember(hash: string, key: KnownKey): void {
    if (this.#known.size >= rememberedKeys) this.#known.clear()
    this.#known.set(hash, key)
  }

  #forget(): void {
    this.#known.clear()
    this.#forgotten += 1
  }

  async #noteUse(apiKey: ApiKey, at: number): Promise<void> {
    apiKey.lastUsedAt = at
    await noteUse(this.#context, (transaction) => transaction.apiKeys.update(apiKey.key, { lastUsedAt: at }))
  }
}

const hasEnded = ({ revokedAt, expiresAt }: ApiKey, now: number): boolean =>
  revokedAt !== null || (expiresAt !== null && expiresAt <= now)
