import type { Agent, App, Contact, Conversation, MessageRow } from '../../../src/server/core/model.js'
import type { Queries, Store, Transaction } from '../../../src/server/core/ports.js'
import { agentRow, appRow, contactRow, conversationRow, messageRow } from '../rows.js'

/** One thing that must be the same on both databases. */
export interface ParityCase {
  title: string
  run(world: World): Promise<void>
}

/** Names of the queries that were called, like `apps.insert`. */
export type Calls = Set<string>

/** All names of queries that there are. */
export const queryNames = (queries: Queries): string[] =>
  Object.entries(queries).flatMap(([aggregate, methods]) =>
    Object.keys(methods).map((method) => `${aggregate}.${method}`),
  )

/** An app of its own in a store whose calls are recorded. */
export class World {
  readonly read: Queries
  readonly app: App
  readonly store: Store
  readonly #calls: Calls

  private constructor(store: Store, calls: Calls, app: App) {
    this.store = store
    this.#calls = calls
    this.app = app
    this.read = recording(store.read, calls)
  }

  static async create(store: Store, calls: Calls): Promise<World> {
    const app = await store.transaction((transaction) => recording(transaction, calls).apps.insert(appRow()))
    return new World(store, calls, app)
  }

  /** Runs queries in a transaction. */
  readonly write = <Result>(work: (queries: Transaction) => Promise<Result>): Promise<Result> => {
    return this.store.transaction((transaction) => work(recording(transaction, this.#calls)))
  }

  conversation(given: Partial<Conversation> = {}): Promise<Conversation> {
    return this.write((queries) => queries.conversations.insert(conversationRow(this.app.key, given)))
  }

  contact(given: Partial<Contact> = {}): Promise<Contact> {
    return this.write((queries) => queries.contacts.insert(contactRow(this.app.key, given)))
  }

  agent(given: Partial<Agent> = {}): Promise<Agent> {
    return this.write((queries) => queries.agents.insert(agentRow(given)))
  }

  /** Gives the key of the message. */
  message(
    conversationKey: number,
    sequence: number | null,
    given: Partial<MessageRow> = {},
  ): Promise<number> {
    return this.write((queries) => queries.messages.insert(messageRow(conversationKey, sequence, given)))
  }
}

function recording<Wrapped extends Queries>(queries: Wrapped, calls: Calls): Wrapped {
  const aggregate = (name: string, methods: object) =>
    new Proxy(methods, {
      get(target, method) {
        calls.add(`${name}.${String(method)}`)
        return Reflect.get(target, method)
      },
    })
  const entries = Object.entries(queries).map(([name, value]) =>
    typeof value === 'object' && value !== null ? [name, aggregate(name, value)] : [name, value],
  )
  return Object.fromEntries(entries) as Wrapped
}
