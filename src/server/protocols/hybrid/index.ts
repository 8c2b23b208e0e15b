import type { Protocol } from '../protocol.js'
import { eventsDocument, restDocument } from './documents.js'
import { routes } from './rest.js'
import { face } from './socket.js'
import { refusalBody } from './wire.js'

/** A chat service beside a host application: users by its tokens, direct and group conversations. */
export const hybrid: Protocol = {
  name: 'hybrid',
  basePath: '/api',
  routes,
  faces: [face],
  documents: [
    { path: '/api/openapi.json', make: restDocument },
    { path: '/api/asyncapi.json', make: eventsDocument },
  ],
  error: (core, error) => refusalBody(error, core.clock.now()),
}
