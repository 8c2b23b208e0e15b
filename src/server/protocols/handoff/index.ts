import type { Protocol } from '../protocol.js'
import { routes } from './rest.js'
import { face } from './socket.js'

/** AI first, then the queue, then an agent: customers and agents on one socket, in camelCase. */
export const handoff: Protocol = {
  name: 'handoff',
  basePath: '/socket.io',
  routes,
  faces: [face as Protocol['faces'][number]],
  documents: [],
  error: (_core, { code, message }, requestId) => ({ code, message, requestId }),
}
