import type { CoreContext } from '../context.js'
import { newId } from '../ids.js'
import type { Transaction } from '../ports.js'
import type { Webhook } from './model.js'
import type { Verdict } from './schedule.js'

const dayMs = 24 * 3_600_000

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

  after(verdict: Verdict, at: number): HealthChange | null {
    if (verdict.kind === 'done') return this.#recover()
    if (verdict.kind === 'gone') return this.#disable('The receiver answered 410: it wants no more.')
    if (this.#failingSince === null) return this.#fail(at)
    if (at - this.#failingSince < dayMs) return null
    return this.#disable('Every attempt has failed for a day.')
  }

  #recover(): HealthChange | null {
    return this.#failingSince === null ? null : this.#since(null)
  }

  #fail(at: number): HealthChange {
    return this.#since(at)
  }

  #since(failingSince: number | null): HealthChange {
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
