import {
  connectVisitor,
  createVisitorClient,
  type LiveOptions,
  type VisitorLive,
} from '../../../src/client/index.js'

/** A live connection of a visitor that comes back quickly. Dispose of it with `using`. */
export function visitorOn(server: { url: string }, options: LiveOptions = {}): VisitorLive & Disposable {
  const client = createVisitorClient({ url: server.url, appId: 'app_1', apiKey: 'pk_1', deviceId: 'dev_1' })
  const live = connectVisitor(client, { backoff: { first: 10, longest: 40 }, ...options })
  return Object.assign(live, { [Symbol.dispose]: () => live.close() })
}
