import { isDeepStrictEqual } from 'node:util'
import { changedBot } from '../bot/changes.js'
import { conflict } from '../errors.js'
import { hashSecret } from '../ids.js'
import type { App, AppSettings, KeyKind } from '../model.js'
import { applyWebhook, type PlannedWebhook } from '../outbox/planned-webhooks.js'
import type { Operator } from '../principal.js'
import type { Application } from './application.js'
import type { Apps } from './apps.js'
import type { PlannedApp } from './plan.js'

/** Makes and changes apps with all that belongs to them alone. */
export class PlannedApps {
  readonly #application: Application

  constructor(application: Application) {
    this.#application = application
  }

  async apply(planned: PlannedApp): Promise<void> {
    const existing = await findApp(this.#application.parts.apps, planned.id, planned.name)
    const settings = settingsAfter(existing, planned)
    const app =
      existing ??
      (this.#application.dryRun ? null : await this.#application.parts.apps.create({ ...planned, settings }))
    if (existing === null)
      this.#application.steps.push({
        action: 'create',
        kind: 'app',
        target: app?.id ?? planned.id ?? planned.name,
      })
    const operator: Operator | null = app && { type: 'operator', app }
    if (operator !== null && existing !== null) await this.#changeApp(operator, { ...planned, settings })
    await this.#key(operator, 'publishable', planned.publishableKey, existing === null)
    await this.#key(operator, 'secret', planned.secretKey, existing === null)
    for (const reply of planned.cannedReplies ?? []) await this.#cannedReply(operator, reply)
    for (const webhook of planned.webhooks ?? []) await this.#webhook(operator, webhook)
  }

  async #changeApp(
    { app }: Operator,
    planned: PlannedApp & { settings: Partial<AppSettings> },
  ): Promise<void> {
    const differs =
      !isDeepStrictEqual({ ...app.settings, ...planned.settings }, app.settings) ||
      (planned.identitySecret !== undefined && planned.identitySecret !== app.identitySecret) ||
      planned.name !== app.name
    if (!differs) return
    this.#application.steps.push({ action: 'update', kind: 'settings', target: app.id })
    if (!this.#application.dryRun)
      await this.#application.parts.apps.update({ type: 'operator', app }, planned)
  }

  /** A given key is made when it is not known; none given: one is made with a new app. */
  async #key(
    operator: Operator | null,
    kind: KeyKind,
    value: string | undefined,
    isNew: boolean,
  ): Promise<void> {
    if (value === undefined && !isNew) return
    const known =
      value === undefined
        ? undefined
        : await this.#application.context.store.read.apiKeys.byHash(hashSecret(value))
    if (known !== undefined) {
      if (known.appKey !== operator?.app.key)
        throw conflict(`The ${kind} key in this file belongs to another app.`)
      if (known.revokedAt !== null)
        throw conflict(`The ${kind} key in this file was revoked. Name another one.`)
      return
    }
    const made =
      operator !== null && !this.#application.dryRun
        ? await this.#application.parts.keys.create(operator, { kind, value })
        : null
    const target = made?.row.id ?? kind
    this.#application.steps.push({
      action: 'create',
      kind: 'key',
      target,
      ...(made !== null && value === undefined ? { shown: { [`${kind}_key`]: made.value } } : {}),
    })
  }

  async #cannedReply(operator: Operator | null, reply: { name: string; text: string }): Promise<void> {
    const existing = operator === null ? [] : await this.#application.parts.cannedReplies.list(operator)
    const known = existing.find(({ name }) => name === reply.name)
    if (known?.text === reply.text) return
    this.#application.steps.push({
      action: known === undefined ? 'create' : 'update',
      kind: 'canned_reply',
      target: reply.name,
    })
    if (this.#application.dryRun || operator === null) return
    if (known === undefined)
      await this.#application.parts.cannedReplies.create(operator, { ...reply, shared: true })
    else await this.#application.parts.cannedReplies.update(operator, known.id, reply)
  }

  async #webhook(operator: Operator | null, planned: PlannedWebhook): Promise<void> {
    const step = await applyWebhook(
      this.#application.parts.webhooks,
      operator,
      planned,
      this.#application.dryRun,
    )
    if (step === null) return
    const { action, secret } = step
    const shown = secret === undefined ? {} : { shown: { secret } }
    this.#application.steps.push({ action, kind: 'webhook', target: planned.url, ...shown })
  }
}

/** By id; where only a name is given, by name. */
export async function findApp(existing: Apps, id: string | undefined, name: string): Promise<App | null> {
  const apps = await existing.list()
  const wanted = (app: App) =>
    id === undefined || id === name ? app.id === name || app.name === name : app.id === id
  return apps.find(wanted) ?? null
}

/** What the plan wants of an app's settings; faults of a bot come up here, before anything is made. */
function settingsAfter(existing: App | null, { settings, bot }: PlannedApp): Partial<AppSettings> {
  if (bot === undefined) return settings ?? {}
  return { ...settings, bot: bot && changedBot(existing?.settings.bot ?? null, bot) }
}
