import { makePassword, newAgent } from '../agents/agents.js'
import { conflict } from '../errors.js'
import { hashSecret } from '../ids.js'
import type { Agent, Role } from '../model.js'
import { cleanEmail } from '../text.js'
import type { Application } from './application.js'
import type { PlannedAgent } from './plan.js'
import { findApp } from './planned-apps.js'

/** Makes and changes agents, after the apps to which they belong. */
export class PlannedAgents {
  readonly #application: Application

  constructor(application: Application) {
    this.#application = application
  }

  async apply(planned: PlannedAgent): Promise<void> {
    const email = cleanEmail(planned.email)
    const known = await this.#application.context.store.read.agents.byEmail(email)
    if (known === undefined) await this.#createAgent(planned, email)
    else if (planned.password !== undefined) await this.#setPassword(known, planned.password)
    for (const [name, role] of Object.entries(planned.apps)) await this.#membership(email, name, role)
    if (planned.token !== undefined) await this.#token(email, planned.token)
  }

  async #createAgent(planned: PlannedAgent, email: string): Promise<void> {
    const password = planned.password ?? makePassword()
    if (!this.#application.dryRun) {
      const passwordHash = await this.#application.context.passwords.hash(password)
      const row = newAgent(planned, email, passwordHash, this.#application.context.clock.now())
      await this.#application.context.store.transaction((transaction) => transaction.agents.insert(row))
    }
    const shown = planned.password === undefined && !this.#application.dryRun ? { shown: { password } } : {}
    this.#application.steps.push({ action: 'create', kind: 'agent', target: email, ...shown })
  }

  async #setPassword(agent: Agent, password: string): Promise<void> {
    if (await this.#application.context.passwords.verify(agent.passwordHash, password)) return
    this.#application.steps.push({ action: 'update', kind: 'password', target: agent.email })
    if (!this.#application.dryRun) await this.#application.parts.agents.resetPassword(agent.email, password)
  }

  async #membership(email: string, name: string, role: Role): Promise<void> {
    const app = await findApp(this.#application.parts.apps, name, name)
    if (
      app === null &&
      !this.#application.plan.apps.some((planned) => planned.id === name || planned.name === name)
    )
      throw conflict(
        `The agent ${email} belongs to an app "${name}" that neither exists nor stands in the file.`,
      )
    const { agents } = this.#application.context.store.read
    const agent = await agents.byEmail(email)
    const membership = agent && app && (await agents.membership(app.key, agent.key))
    if (membership?.role === role) return
    const target = `${email} in ${app?.id ?? name}`
    this.#application.steps.push({
      action: membership == null ? 'create' : 'update',
      kind: 'membership',
      target,
    })
    if (this.#application.dryRun || agent === undefined || app === null) return
    await this.#application.context.store.transaction((transaction) =>
      transaction.agents.saveMembership({
        appKey: app.key,
        agentKey: agent.key,
        capacity: membership?.capacity ?? 5,
        createdAt: membership?.createdAt ?? this.#application.context.clock.now(),
        role,
      }),
    )
  }

  async #token(email: string, token: string): Promise<void> {
    const { agents, tokens } = this.#application.context.store.read
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
    this.#application.steps.push({ action: 'create', kind: 'token', target: email })
    if (!this.#application.dryRun && agent !== undefined)
      await this.#application.parts.auth.createPersonalToken(agent.key, { name: 'applied', token })
  }
}
