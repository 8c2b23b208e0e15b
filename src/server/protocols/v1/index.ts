import type { Protocol } from '../protocol.js'
import { linkOf } from './answers.js'
import { eventsDocument, restDocument } from './documents.js'
import { routes } from './rest.js'
import { adminFace, clientFace } from './socket.js'
import { refusal } from './wire.js'

/** The native protocol: what the terminal UI, the widget and the SDK speak. */
export const v1: Protocol = {
  name: 'v1',
  basePath: '/v1',
  routes,
  faces: [clientFace, adminFace],
  documents: [
    { path: '/v1/openapi.json', make: restDocument },
    { path: '/v1/asyncapi.json', make: eventsDocument },
  ],
  error: (core, error, requestId) => refusal(error, linkOf(core), requestId),
}
