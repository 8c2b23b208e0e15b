import type { Agents } from '../agents/agents.js'
import type { Keys } from '../auth/keys.js'
import type { CoreContext } from '../context.js'
import type { Agent, App } from '../model.js'
import type { Apps } from './apps.js'

export interface FirstInstallation {
  app: App
  publishableKey: string
  secretKey: string
  owner: Agent
  /** Null when the installer chose it. */
  password: string | null
}

/** Makes a new instance usable: a first app with both keys, and its owner. */
export class Setup {
  readonly #context: CoreContext
  readonly #apps: Apps
  readonly #keys: Keys
  readonly #agents: Agents

  constructor(context: CoreContext, apps: Apps, keys: Keys, agents: Agents) {
    this.#context = context
    this.#apps = apps
    this.#keys = keys
    this.#agents = agents
  }

  /** Null when the instance has an app already: nothing is made twice. */
  async first(owner: { email: string; name: string; password?: string }): Promise<FirstInstallation | null> {
    if ((await this.#context.store.read.apps.list()).length > 0) return null
    const app = await this.#apps.create({ name: 'My company' })
    const operator = { type: 'operator', app } as const
    const publishable = await this.#keys.create(operator, { kind: 'publishable', name: 'first' })
    const secret = await this.#keys.create(operator, { kind: 'secret', name: 'first' })
    const added = await this.#agents.add(operator, { ...owner, role: 'owner' })
    return {
      app,
      publishableKey: publishable.value,
      secretKey: secret.value,
      owner: added.agent,
      password: added.password,
    }
  }
}
