import { isDeepStrictEqual } from 'node:util'
import type { Operator } from '../principal.js'
import type { EventType, Webhook } from './model.js'
import type { Webhooks } from './webhooks.js'

/** A webhook as an installation written as text wants it; its address tells it from the others. */
export interface PlannedWebhook {
  url: string
  /** Absent: those that it has; of a new one all. */
  events?: EventType[]
  /** Absent: the one that it has; a new one gets one that is shown once. */
  secret?: string
}

/** What would be, or was, done. `secret` is one that was made. */
export interface WebhookStep {
  action: 'create' | 'update'
  secret?: string
}

/** Brings one webhook to a plan; null where it is like that. Without `operator` the app is not made yet. */
export async function applyWebhook(
  webhooks: Webhooks,
  operator: Operator | null,
  planned: PlannedWebhook,
  dryRun: boolean,
): Promise<WebhookStep | null> {
  const known = operator && (await webhooks.list(operator)).find(({ url }) => url === planned.url)
  if (operator === null || known == null) {
    const made = operator === null || dryRun ? null : await webhooks.add(operator, planned)
    return { action: 'create', ...(made && planned.secret === undefined ? { secret: made.secret } : {}) }
  }
  const changes = changesOf(known, planned)
  if (changes.events === undefined && changes.secret === undefined) return null
  if (!dryRun) await change(webhooks, operator, known, changes)
  return { action: 'update' }
}

function changesOf(known: Webhook, { events, secret }: PlannedWebhook) {
  const sorted = (types: readonly EventType[]) => [...new Set(types)].sort()
  const sameEvents = events === undefined || isDeepStrictEqual(sorted(events), sorted(known.events))
  return { events: sameEvents ? undefined : events, secret: secret === known.secret ? undefined : secret }
}

async function change(
  webhooks: Webhooks,
  operator: Operator,
  { id }: Webhook,
  { events, secret }: ReturnType<typeof changesOf>,
): Promise<void> {
  if (events !== undefined) await webhooks.update(operator, id, { events })
  if (secret !== undefined) await webhooks.rotate(operator, id, secret)
}
