import { asyncApi } from '../asyncapi.js'
import { openApi } from '../openapi.js'
import { chapters } from './rest.js'
import * as administration from './schemas/administration.js'
import * as entities from './schemas/entities.js'
import * as outside from './schemas/outside.js'
import { adminFace, clientFace } from './socket.js'

const { errorBody: refusal, ...inside } = entities
const { webhook, delivery, deliveryAttempt, outsideEvent } = outside
const named = { ...inside, ...administration, webhook, delivery, deliveryAttempt, outsideEvent }

const title = 'ReplyHQ'

/** The REST surface as OpenAPI 3.1. */
export const restDocument = (version: string) =>
  openApi({
    title,
    version,
    description:
      'Live chat over REST. Names are snake_case, times RFC 3339 in UTC with milliseconds, ids opaque strings. ' +
      'Every answer carries X-Request-Id. Live events: /v1/asyncapi.json.',
    chapters,
    named,
    refusal,
  })

/** The events as AsyncAPI 3. */
export const eventsDocument = (version: string) =>
  asyncApi({
    title,
    version,
    description:
      'Live chat over Socket.IO. Every event that a client sends takes an ack: {ok: true, …} or {ok: false, error}; ' +
      'without an ack callback a refusal is an error event.',
    faces: { client: clientFace, admin: adminFace },
    customers: { client: 'visitor' },
    named,
  })
