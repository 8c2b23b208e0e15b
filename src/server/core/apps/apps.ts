import { randomBytes } from 'node:crypto'
import { record } from '../audit.js'
import { checkedSettings, shownSettings } from '../bot/settings.js'
import type { CoreContext } from '../context.js'
import { conflict, invalid, notFound } from '../errors.js'
import { newId } from '../ids.js'
import { forgetFiles } from '../messages/files.js'
import type { App, AppSettings } from '../model.js'
import { assertMay } from '../permissions.js'
import type { Staff } from '../principal.js'
import { cleanLine } from '../text.js'
import type { KnownApps } from './known-apps.js'

export interface NewApp {
  name: string
  id?: string
  identitySecret?: string
  settings?: Partial<AppSettings>
}

/** Tenants. Creating, listing and deleting them is for the machine's operator. */
export class Apps {
  readonly #context: CoreContext
  readonly #known: KnownApps

  constructor(context: CoreContext, known: KnownApps) {
    this.#context = context
    this.#known = known
  }

  list(): Promise<App[]> {
    return this.#context.store.read.apps.list()
  }

  async byId(id: string): Promise<App> {
    const app = await this.#context.store.read.apps.byId(id)
    if (app === undefined) throw notFound('app')
    return app
  }

  async create(input: NewApp): Promise<App> {
    const name = cleanLine(input.name)
    if (name === null) throw invalid('An app needs a name.')
    if (input.id !== undefined && !/^app_\w{1,56}$/.test(input.id))
      throw invalid('An app id starts with app_, followed by letters, digits or _.')
    const { store, clock } = this.#context
    if (input.id !== undefined && (await store.read.apps.byId(input.id)) !== undefined)
      throw conflict(`There is an app ${input.id} already. Choose another id.`)
    const app = {
      id: input.id ?? newId('app'),
      name,
      identitySecret: input.identitySecret ?? randomBytes(32).toString('base64url'),
      settings: checkedSettings(input.settings ?? {}),
      createdAt: clock.now(),
    }
    return store.transaction(async (transaction) => {
      const created = await transaction.apps.insert(app)
      await record(
        this.#context,
        transaction,
        { type: 'operator', app: created },
        { action: 'app.create', target: app.id },
      )
      return created
    })
  }

  async update(
    principal: Staff,
    patch: { name?: string; identitySecret?: string; settings?: Partial<AppSettings> },
  ): Promise<App> {
    assertMay(principal, 'app.own')
    return this.#context.store.transaction(async (transaction) => {
      const current = await transaction.apps.byKey(principal.app.key)
      if (current === undefined) throw notFound('app')
      const updated = await transaction.apps.update(current.key, {
        name: cleanLine(patch.name) ?? current.name,
        identitySecret: patch.identitySecret ?? current.identitySecret,
        settings: { ...current.settings, ...checkedSettings(patch.settings ?? {}) },
      })
      if (updated === undefined) throw notFound('app')
      const details = { settings: shownSettings(patch.settings ?? {}), name: updated.name }
      await record(this.#context, transaction, principal, {
        action: 'app.update',
        target: current.id,
        details,
      })
      transaction.afterCommit(() => this.#known.current(updated))
      return updated
    })
  }

  /** With everything in it. */
  async remove(principal: Staff): Promise<void> {
    assertMay(principal, 'app.own')
    await this.#context.store.transaction(async (transaction) => {
      forgetFiles(this.#context, transaction, await transaction.attachments.removeOfApp(principal.app.key))
      await transaction.apps.remove(principal.app.key)
    })
  }
}
