import { record } from '../audit.js'
import type { CoreContext } from '../context.js'
import { notFound } from '../errors.js'
import { assertMay } from '../permissions.js'
import type { Staff } from '../principal.js'
import { type BotSettings, type GivenBotSettings, readBotSettings, withoutSecrets } from './settings.js'

/** The bot of an app, for those who manage it. */
export class BotAdministration {
  readonly #context: CoreContext

  constructor(context: CoreContext) {
    this.#context = context
  }

  /** Null when the app has none. The secrets of tools are not shown again. */
  async settings(principal: Staff): Promise<BotSettings | null> {
    assertMay(principal, 'app.manage')
    const app = await this.#context.store.read.apps.byKey(principal.app.key)
    if (app === undefined) throw notFound('app')
    return app.settings.bot ? withoutSecrets(app.settings.bot) : null
  }

  /** Sets all of it, or null to have no bot. Throws AppError `invalid_request` for what cannot work. */
  async configure(principal: Staff, given: GivenBotSettings | null): Promise<BotSettings | null> {
    assertMay(principal, 'app.manage')
    const bot = given === null ? null : readBotSettings(given)
    await this.#context.store.transaction(async (transaction) => {
      const app = await transaction.apps.byKey(principal.app.key)
      if (app === undefined) throw notFound('app')
      await transaction.apps.update(app.key, { settings: { ...app.settings, bot } })
      const details = { bot: bot && withoutSecrets(bot) }
      await record(this.#context, transaction, principal, { action: 'bot.update', target: app.id, details })
    })
    return bot && withoutSecrets(bot)
  }
}
