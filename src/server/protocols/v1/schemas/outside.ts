import { z } from 'zod'
import { eventTypes } from '../../../core/outbox/model.js'
import { count, cursor, id, listOf, pageQuery, time, timeInput } from './scalars.js'

const eventType = z.enum(eventTypes)
const eventChoice = z.array(eventType).max(eventTypes.length).describe('Empty: every type')
const deliveryState = z.enum(['pending', 'done', 'dead'])
const statusCode = z.number().int()

export const webhook = z.object({
  id,
  url: z.string(),
  events: eventChoice,
  enabled: z.boolean(),
  disabled_reason: z.string().nullable(),
  failing_since: time.nullable(),
  previous_secret_until: time.nullable().describe('After a rotation: until when the old secret signs, too'),
  configured: z.boolean().describe('From the settings of the server, which alone change it'),
  created_at: time,
})

export const delivery = z.object({
  id,
  kind: z.enum(['webhook', 'channel', 'push']),
  target: z.string(),
  webhook_id: id.nullable(),
  event: z.object({ id, type: eventType, timestamp: time }).nullable(),
  state: deliveryState,
  attempts: count,
  next_attempt_at: time.nullable(),
  last_status: statusCode.nullable(),
  last_error: z.string().nullable(),
  created_at: time,
  ended_at: time.nullable(),
})

export const deliveryAttempt = z.object({
  attempt: count.describe('1, 2, 3 …'),
  at: time,
  duration_ms: count,
  status: statusCode.nullable().describe('Null: no answer came'),
  error: z.string().nullable(),
  response: z.string().nullable().describe('The beginning of the answer'),
})

export const outsideEvent = z.object({
  id,
  type: eventType,
  timestamp: time,
  data: z.record(z.string(), z.json()).describe('Exactly what webhooks carry, in camelCase'),
  cursor: z.string(),
})

const traceStep = z.object({
  step: z.enum(['accepted', 'stored', 'fanned_out', 'delivered', 'read', 'delivery']),
  at: time.nullable(),
  certainty: z
    .enum(['exact', 'by', 'after', 'unknown'])
    .describe('Of the time: exact, a bound of it, or not known, and perhaps it has not happened'),
  participant: z
    .object({ type: z.enum(['contact', 'agent', 'bot']), id: z.string(), name: z.string().nullable() })
    .nullable(),
  delivery: z
    .object({
      id,
      kind: z.enum(['webhook', 'channel', 'push']),
      target: z.string().describe('Of a webhook its id'),
      state: deliveryState,
      attempt: count.nullable().describe('Null: it is still to come'),
      status: statusCode.nullable(),
      error: z.string().nullable().describe('For who manages the app'),
    })
    .nullable(),
  fan_out: z
    .object({
      node: z.string(),
      outcome: z
        .enum(['told', 'not_heard', 'forgotten', 'no_answer'])
        .describe(
          'told: it handed the message to its connections. not_heard: the message did not come to it, because nobody of the app was connected there, or because it was lost on its way. forgotten: the node is younger, or has told too many since. no_answer: it did not say in time',
        ),
      connections: count
        .nullable()
        .describe('How many it told, with those of the sender; null where the node does not know'),
    })
    .nullable()
    .describe('Of a fan-out, one step for each node that lives. Null where no node could be asked'),
})
export const messageTrace = z.object({
  message_id: id,
  conversation_id: id,
  sequence: count.nullable(),
  sender: z.object({
    type: z.enum(['contact', 'agent', 'bot', 'system']),
    id: z.string().nullable(),
    name: z.string().nullable(),
  }),
  steps: z.array(traceStep),
})

/** A webhook with its secret, which is not shown again. */
export const shownOnce = z.object({ webhook, secret: z.string().describe('whsec_…, shown this once') })
export const deliveryList = listOf('deliveries', delivery)
export const eventList = z.object({
  events: z.array(outsideEvent),
  cursor: z.string().describe('Where the next page begins, also after an empty one'),
})

const url = z.string().min(1).max(2_000)
export const webhookInput = z.object({
  url,
  events: eventChoice.optional(),
  secret: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe('whsec_ and 24 to 64 bytes in base64; made when absent'),
})
export const patchWebhook = z.object({
  url: url.optional(),
  events: eventChoice.optional(),
  enabled: z.boolean().optional(),
})
export const listWebhookDeliveries = z.object({ ...pageQuery, state: deliveryState.optional() })
export const listDeliveries = listWebhookDeliveries.extend({ webhook: id.optional() })
export const replayDeliveries = z.object({
  state: z.literal('dead'),
  webhook_id: id.optional(),
  since: timeInput.optional().describe('Only those that were made from then on'),
})

const typeList = z
  .string()
  .max(1_000)
  .transform((text) => text.split(','))
  .pipe(z.array(eventType))
  .describe('Types, separated by commas; absent: all')

export const listEvents = z.object({
  after: cursor.describe('Of an event or a page; absent: from now on').optional(),
  types: typeList.optional(),
  limit: pageQuery.limit,
  wait: z.coerce
    .number()
    .int()
    .min(0)
    .max(30)
    .optional()
    .describe('Seconds to wait for an event when there is none'),
})
