import type { CoreContext } from '../context.js'
import { newId } from '../ids.js'
import type { Transaction } from '../ports.js'
import type { Webhook } from './model.js'
import type { Verdict } from './schedule.js'

const dayMs = 24 * 3_600_000
// What fails for longer is no hiccup: lanes wait longer for it, or all that waits would be read every few seconds.
const outageMs = 60_000
const longestWaitMs = 300_000

/** What is to be written of a webhook beside a result, or nothing. */
export interface HealthChange {
  /** Why it is enabled no longer, if so. */
  disabled: string | null
  write(transaction: Transaction): Promise<void>
}

/** How a receiver fares: one that fails for a day, or says that it is gone, gets nothing more. */
export class Health {
  readonly #context: CoreContext
  readonly #webhook: Pick<Webhook, 'key' | 'id' | 'appKey' | 'url'>
  #failingSince: number | null

  constructor(context: CoreContext, webhook: Webhook) {
    this.#context = context
    this.#webhook = webhook
    this.#failingSince = webhook.failingSince
  }

  /** Time in which nobody tried does not count. */
  excuse(byMs: number): void {
    if (this.#failingSince !== null) this.#failingSince += byMs
  }

  /** How long a lane waits at least for the receiver: as long as the outage has lasted, up to five minutes. */
  patienceMs(now: number): number {
    const outage = this.#failingSince === null ? 0 : now - this.#failingSince
    return outage < outageMs ? 0 : Math.min(outage, longestWaitMs)
  }

  after(verdict: Verdict, at: number): HealthChange | null {
    if (verdict.kind === 'done') return this.#recover(at)
    if (verdict.kind === 'gone') return this.#disable('The receiver answered 410: it wants no more.')
    if (this.#failingSince === null) return this.#fail(at)
    if (at - this.#failingSince < dayMs) return null
    return this.#disable('Every attempt has failed for a day.')
  }

  #recover(at: number): HealthChange | null {
    if (this.#failingSince === null) return null
    const waited = this.patienceMs(at) > 0
    this.#failingSince = null
    return {
      disabled: null,
      write: async (transaction) => {
        await transaction.webhooks.update(this.#webhook.key, { failingSince: null })
        if (waited) await transaction.deliveries.rush(this.#webhook.key)
      },
    }
  }

  #fail(failingSince: number): HealthChange {
    this.#failingSince = failingSince
    return {
      disabled: null,
      write: async (transaction) => {
        await transaction.webhooks.update(this.#webhook.key, { failingSince })
      },
    }
  }

  #disable(reason: string): HealthChange {
    return { disabled: reason, write: (transaction) => this.#writeDisabled(transaction, reason) }
  }

  async #writeDisabled(transaction: Transaction, disabledReason: string): Promise<void> {
    const { key, id, appKey, url } = this.#webhook
    const app = await transaction.apps.byKey(appKey)
    const before = await transaction.webhooks.byKey(key)
    if (app === undefined || before === undefined || !before.enabled) return
    await transaction.webhooks.update(key, { enabled: false, disabledReason })
    await transaction.audit.insert({
      id: newId('aud'),
      appKey,
      at: this.#context.clock.now(),
      actorType: 'system',
      actorId: null,
      actorName: null,
      action: 'webhook.disable',
      target: id,
      details: { url, reason: disabledReason },
    })
    transaction.afterCommit(() =>
      this.#context.bus.publish({ type: 'outbox.changed', appKey, appId: app.id }),
    )
  }
}
