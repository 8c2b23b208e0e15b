import type { Agents } from '../agents/agents.js'
import type { Auth } from '../auth/auth.js'
import type { Keys } from '../auth/keys.js'
import type { CoreContext } from '../context.js'
import { newId } from '../ids.js'
import type { App } from '../model.js'
import type { Apps } from './apps.js'

/** What a drill works with: an app of its own, a publishable key of it, and the tokens of its two agents. */
export interface DrillScene {
  readonly app: App
  readonly publishableKey: string
  readonly agentTokens: readonly string[]
}

interface Parts {
  readonly apps: Apps
  readonly keys: Keys
  readonly agents: Agents
  readonly auth: Auth
}

const name = 'Drill'
const idPrefix = 'app_drill_'
const addressEnd = '@drill.invalid'

/** Apps that only try the installation out. Making and removing them is for the machine's operator. */
export class Drills {
  readonly #context: CoreContext
  readonly #parts: Parts

  constructor(context: CoreContext, parts: Parts) {
    this.#context = context
    this.#parts = parts
  }

  /** Makes the app and its people; all of it or, when something fails, nothing. */
  async begin(): Promise<DrillScene> {
    const id = newId('app').replace('app_', idPrefix)
    const app = await this.#parts.apps.create({ id, name, settings: { routing: 'manual' } })
    try {
      const operator = { type: 'operator', app } as const
      const { value: publishableKey } = await this.#parts.keys.create(operator, { kind: 'publishable' })
      const agentTokens = [await this.#agent(app, 'Dora'), await this.#agent(app, 'Dan')]
      return { app, publishableKey, agentTokens }
    } catch (error) {
      await this.end(app)
      throw error
    }
  }

  /** Removes the app with everything in it. The agents go first: whatever is left is found by its app. */
  async end(app: App): Promise<void> {
    const members = await this.#context.store.read.agents.members(app.key)
    await this.#context.store.transaction(async (transaction) => {
      for (const { agent } of members)
        if (agent.email.endsWith(addressEnd)) await transaction.agents.remove(agent.key)
    })
    await this.#parts.apps.remove({ type: 'operator', app })
  }

  /** Apps of drills that were killed before they could remove them, and of those that run now. */
  async leftovers(): Promise<App[]> {
    const apps = await this.#parts.apps.list()
    return apps.filter((app) => app.id.startsWith(idPrefix) && app.name === name)
  }

  async #agent(app: App, agentName: string): Promise<string> {
    const email = `${agentName.toLowerCase()}.${app.id.slice(idPrefix.length)}${addressEnd}`
    const { agent } = await this.#parts.agents.add({ type: 'operator', app }, { email, name: agentName })
    return (await this.#parts.auth.createPersonalToken(agent.key, { name: 'drill' })).token
  }
}
