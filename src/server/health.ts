import type { Express } from 'express'
import type { Instance } from './context.js'
import { protocols } from './protocols/index.js'

type State = 'up' | 'down' | 'unused'

/** Answers of whether this works and whether it takes work: for people, load balancers and supervisors. */
export function serveHealth(
  app: Express,
  { context }: Instance,
  isReady: () => boolean,
  version: string,
): void {
  app.get('/health', async (_request, response) => {
    const database: State = (await context.store.healthy()) ? 'up' : 'down'
    const services = { database, redis: 'unused', bot: 'unused' } satisfies Record<string, State>
    const status = database === 'up' ? 'ok' : 'down'
    const timestamp = new Date(context.clock.now()).toISOString()
    response.status(status === 'ok' ? 200 : 503).json({ status, services, timestamp })
  })

  app.get('/ready', async (_request, response) => {
    const ready = isReady() && (await context.store.healthy())
    response.status(ready ? 200 : 503).json({ ready })
  })

  app.get('/api/info', (_request, response) => {
    response.json({ name: 'ReplyHQ', version, features, protocols: protocols.map(({ name }) => name) })
  })
}

const features = [
  'queue',
  'attachments',
  'reactions',
  'receipts',
  'typing',
  'presence',
  'search',
  'canned_replies',
]
