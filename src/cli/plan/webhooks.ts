import { z } from 'zod'
import { isWebhookSecret } from '../../server/core/outbox/envelope.js'
import { eventTypes } from '../../server/core/outbox/model.js'

/** A webhook of an app as text names it; its address tells it from the others. */
export const plannedWebhook = z.strictObject({
  url: z.url({ protocol: /^https?$/, error: 'must be an address such as https://shop.example/hooks' }),
  events: z.array(z.enum(eventTypes)).optional(),
  secret: z.string().refine(isWebhookSecret, 'must be whsec_ and 24 to 64 bytes in base64').optional(),
})
