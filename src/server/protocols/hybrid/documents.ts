import { asyncApi } from '../asyncapi.js'
import { openApi } from '../openapi.js'
import { chapters } from './rest.js'
import * as entities from './schemas/entities.js'
import { face } from './socket.js'

const { refusal, ...named } = entities

const title = 'ReplyHQ beside a host application'

/** The REST surface as OpenAPI 3.1. */
export const restDocument = (version: string) =>
  openApi({
    title,
    version,
    description:
      'Conversations of the users of a host application, which signs their tokens and may proxy these routes. ' +
      'Names are camelCase, times RFC 3339 in UTC with milliseconds, ids opaque strings. Lists are pages ' +
      '{data, nextCursor}, refusals {code, message, timestamp}. Live events: /api/asyncapi.json.',
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
      'Live events over Socket.IO at its default path and namespace, with auth: {token}. Every event that a client ' +
      'sends takes an ack: {ok: true, …} or {ok: false, error}; without an ack callback a refusal is an error event.',
    faces: { hybrid: face },
    customers: { hybrid: 'member' },
    named,
  })
