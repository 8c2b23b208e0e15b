import type { Express } from 'express'
import type { Instance } from './context.js'
import { protocols } from './protocols/index.js'

/** Answers of whether this works and whether it takes work: for people, load balancers and supervisors. */
export function serveHealth(
  app: Express,
  { core, context }: Instance,
  isReady: () => boolean,
  version: string,
): void {
  app.get('/health', async (_request, response) => {
    const { status, services, at } = await core.health()
    const timestamp = new Date(at).toISOString()
    response.status(status === 'down' ? 503 : 200).json({ status, services, timestamp })
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
