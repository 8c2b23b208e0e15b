import {
  type AdminClient,
  type AdminLive,
  connectAdmin,
  connectVisitor,
  createAdminClient,
  createVisitorClient,
  type LiveOptions,
  type VisitorClient,
  type VisitorLive,
} from '../../../src/client/index.js'
import { people, shop } from '../../helpers/seed.js'

const quickly: LiveOptions = { backoff: { first: 20, longest: 100 } }

export interface Person<Client, Live> extends Disposable {
  readonly client: Client
  readonly live: Live
}

/** A visitor of the shop with a device and a live connection. Dispose of it with `using`. */
export function visitorOf(server: { url: string }, deviceId: string): Person<VisitorClient, VisitorLive> {
  const client = createVisitorClient({
    url: server.url,
    appId: shop.id,
    apiKey: shop.publishableKey,
    deviceId,
  })
  const live = connectVisitor(client, quickly)
  return { client, live, [Symbol.dispose]: () => live.close() }
}

/** An agent of the shop with a live connection. Dispose of it with `using`. */
export function agentOf(server: { url: string }, name: keyof typeof people): Person<AdminClient, AdminLive> {
  const client = createAdminClient({ url: server.url, token: people[name].token })
  const live = connectAdmin(client, quickly)
  return { client, live, [Symbol.dispose]: () => live.close() }
}
