import type { Express } from 'express'
import type { Instance } from '../context.js'
import type { Core } from '../core/index.js'
import { protocols } from '../protocols/index.js'

/** Answers of whether this works and whether it takes work: for people, load balancers and supervisors. */
export function serveHealth(
  app: Express,
  { core, context }: Instance,
  isReady: () => boolean,
  version: string,
): void {
  app.get('/health', async (_request, response) => {
    const { status, body } = await healthOf(core)
    response.status(status).json(body)
  })

  app.get('/ready', async (_request, response) => {
    const ready = isReady() && (await context.store.healthy())
    response.status(ready ? 200 : 503).json({ ready })
  })

  app.get('/api/info', (_request, response) => {
    response.json({ name: 'ReplyHQ', version, features, protocols: protocols.map(({ name }) => name) })
  })
}

/** Whether this works, as an HTTP answer. */
export async function healthOf(core: Core): Promise<{ status: number; body: object }> {
  const { status, services, at } = await core.health()
  return {
    status: status === 'down' ? 503 : 200,
    body: { status, services, timestamp: new Date(at).toISOString() },
  }
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
