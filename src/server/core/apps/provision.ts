import { isDeepStrictEqual } from 'node:util'
import { type Agents, makePassword, newAgent } from '../agents/agents.js'
import type { CannedReplies } from '../agents/canned-replies.js'
import type { Auth } from '../auth/auth.js'
import type { Keys } from '../auth/keys.js'
import { type BotChange, changedBot } from '../bot/changes.js'
import type { CoreContext } from '../context.js'
import { conflict } from '../errors.js'
import { hashSecret } from '../ids.js'
import type { Agent, App, AppSettings, KeyKind, Role } from '../model.js'
import { applyWebhook, type PlannedWebhook } from '../outbox/planned-webhooks.js'
import type { Webhooks } from '../outbox/webhooks.js'
import type { Operator } from '../principal.js'
import { cleanEmail } from '../text.js'
import type { Apps } from './apps.js'

/** An installation as text. What it does not name is left alone; applying it again changes nothing. */
export interface Plan {
  apps: PlannedApp[]
  agents: PlannedAgent[]
}

export interface PlannedApp {
  id?: string
  name: string
  publishableKey?: string
  secretKey?: string
  identitySecret?: string
  settings?: Partial<Omit<AppSettings, 'bot'>>
  /** Null takes the bot away. */
  bot?: BotChange | null
  cannedReplies?: { name: string; text: string }[]
  webhooks?: PlannedWebhook[]
}

export interface PlannedAgent {
  email: string
  name: string
  password?: string
  token?: string
  /** Role by app id or app name. */
  apps: Record<string, Role>
}

/** One thing that would be, or was, done. `shown` holds what is shown once: keys and passwords that were made. */
export interface Step {
  action: 'create' | 'update'
  kind:
    | 'app'
    | 'key'
    | 'settings'
    | 'canned_reply'
    | 'webhook'
    | 'agent'
    | 'membership'
    | 'token'
    | 'password'
  target: string
  shown?: Record<string, string>
}

interface Parts {
  apps: Apps
  keys: Keys
  agents: Agents
  auth: Auth
  cannedReplies: CannedReplies
  webhooks: Webhooks
}

/** Brings the instance to a plan and gives what was done. With `dryRun` it only says what it would do. */
export const createProvision =
  (context: CoreContext, parts: Parts) =>
  (plan: Plan, dryRun: boolean): Promise<Step[]> =>
    new Application(context, parts, plan, dryRun).run()

/** One application of a plan. */
class Application {
  readonly #context: CoreContext
  readonly #parts: Parts
  readonly #plan: Plan
  readonly #dryRun: boolean
  readonly #steps: Step[] = []

  constructor(context: CoreContext, parts: Parts, plan: Plan, dryRun: boolean) {
    this.#context = context
    this.#parts = parts
    this.#plan = plan
    this.#dryRun = dryRun
  }

  async run(): Promise<Step[]> {
    for (const app of this.#plan.apps) await this.#app(app)
    for (const agent of this.#plan.agents) await this.#agent(agent)
    return this.#steps
  }

  async #app(planned: PlannedApp): Promise<void> {
    const existing = await this.#findApp(planned.id, planned.name)
    const settings = settingsAfter(existing, planned)
    const app = existing ?? (this.#dryRun ? null : await this.#parts.apps.create({ ...planned, settings }))
    if (existing === null)
      this.#steps.push({ action: 'create', kind: 'app', target: app?.id ?? planned.id ?? planned.name })
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
    this.#steps.push({ action: 'update', kind: 'settings', target: app.id })
    if (!this.#dryRun) await this.#parts.apps.update({ type: 'operator', app }, planned)
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
      value === undefined ? undefined : await this.#context.store.read.apiKeys.byHash(hashSecret(value))
    if (known !== undefined) {
      if (known.appKey !== operator?.app.key)
        throw conflict(`The ${kind} key in this file belongs to another app.`)
      if (known.revokedAt !== null)
        throw conflict(`The ${kind} key in this file was revoked. Name another one.`)
      return
    }
    const made =
      operator !== null && !this.#dryRun ? await this.#parts.keys.create(operator, { kind, value }) : null
    const target = made?.row.id ?? kind
    this.#steps.push({
      action: 'create',
      kind: 'key',
      target,
      ...(made !== null && value === undefined ? { shown: { [`${kind}_key`]: made.value } } : {}),
    })
  }

  async #cannedReply(operator: Operator | null, reply: { name: string; text: string }): Promise<void> {
    const existing = operator === null ? [] : await this.#parts.cannedReplies.list(operator)
    const known = existing.find(({ name }) => name === reply.name)
    if (known?.text === reply.text) return
    this.#steps.push({
      action: known === undefined ? 'create' : 'update',
      kind: 'canned_reply',
      target: reply.name,
    })
    if (this.#dryRun || operator === null) return
    if (known === undefined) await this.#parts.cannedReplies.create(operator, { ...reply, shared: true })
    else await this.#parts.cannedReplies.update(operator, known.id, reply)
  }

  async #webhook(operator: Operator | null, planned: PlannedWebhook): Promise<void> {
    const step = await applyWebhook(this.#parts.webhooks, operator, planned, this.#dryRun)
    if (step === null) return
    const { action, secret } = step
    const shown = secret === undefined ? {} : { shown: { secret } }
    this.#steps.push({ action, kind: 'webhook', target: planned.url, ...shown })
  }

  async #agent(planned: PlannedAgent): Promise<void> {
    const email = cleanEmail(planned.email)
    const known = await this.#context.store.read.agents.byEmail(email)
    if (known === undefined) await this.#createAgent(planned, email)
    else if (planned.password !== undefined) await this.#setPassword(known, planned.password)
    for (const [name, role] of Object.entries(planned.apps)) await this.#membership(email, name, role)
    if (planned.token !== undefined) await this.#token(email, planned.token)
  }

  async #createAgent(planned: PlannedAgent, email: string): Promise<void> {
    const password = planned.password ?? makePassword()
    if (!this.#dryRun) {
      const passwordHash = await this.#context.passwords.hash(password)
      const row = newAgent(planned, email, passwordHash, this.#context.clock.now())
      await this.#context.store.transaction((transaction) => transaction.agents.insert(row))
    }
    const shown = planned.password === undefined && !this.#dryRun ? { shown: { password } } : {}
    this.#steps.push({ action: 'create', kind: 'agent', target: email, ...shown })
  }

  async #setPassword(agent: Agent, password: string): Promise<void> {
    if (await this.#context.passwords.verify(agent.passwordHash, password)) return
    this.#steps.push({ action: 'update', kind: 'password', target: agent.email })
    if (!this.#dryRun) await this.#parts.agents.resetPassword(agent.email, password)
  }

  async #membership(email: string, name: string, role: Role): Promise<void> {
    const app = await this.#findApp(name, name)
    if (app === null && !this.#plan.apps.some((planned) => planned.id === name || planned.name === name))
      throw conflict(
        `The agent ${email} belongs to an app "${name}" that neither exists nor stands in the file.`,
      )
    const { agents } = this.#context.store.read
    const agent = await agents.byEmail(email)
    const membership = agent && app && (await agents.membership(app.key, agent.key))
    if (membership?.role === role) return
    const target = `${email} in ${app?.id ?? name}`
    this.#steps.push({ action: membership == null ? 'create' : 'update', kind: 'membership', target })
    if (this.#dryRun || agent === undefined || app === null) return
    await this.#context.store.transaction((transaction) =>
      transaction.agents.saveMembership({
        appKey: app.key,
        agentKey: agent.key,
        capacity: membership?.capacity ?? 5,
        createdAt: membership?.createdAt ?? this.#context.clock.now(),
        role,
      }),
    )
  }

  async #token(email: string, token: string): Promise<void> {
    const { agents, tokens } = this.#context.store.read
    if (!/^rhq_[\w-]{24,200}$/.test(token))
      throw conflict(
        `The token of ${email} must start with rhq_, followed by at least 24 letters, digits, - or _.`,
      )
    const known = await tokens.personalByHash(hashSecret(token))
    const agent = await agents.byEmail(email)
    if (known !== undefined) {
      if (known.agentKey !== agent?.key) throw conflict(`The token of ${email} belongs to another agent.`)
      return
    }
    this.#steps.push({ action: 'create', kind: 'token', target: email })
    if (!this.#dryRun && agent !== undefined)
      await this.#parts.auth.createPersonalToken(agent.key, { name: 'applied', token })
  }

  /** By id; where only a name is given, by name. */
  async #findApp(id: string | undefined, name: string): Promise<App | null> {
    const apps = await this.#parts.apps.list()
    const wanted = (app: App) =>
      id === undefined || id === name ? app.id === name || app.name === name : app.id === id
    return apps.find(wanted) ?? null
  }
}

/** What the plan wants of an app's settings; faults of a bot come up here, before anything is made. */
function settingsAfter(existing: App | null, { settings, bot }: PlannedApp): Partial<AppSettings> {
  if (bot === undefined) return settings ?? {}
  return { ...settings, bot: bot && changedBot(existing?.settings.bot ?? null, bot) }
}
