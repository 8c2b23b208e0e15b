import { reply, route } from '../../route.js'
import { limitOf } from '../answers.js'
import { asStaff } from '../authentication.js'
import { eventList, listEvents } from '../schemas/outside.js'
import { outsideEvent } from '../wire-outside.js'

/** The same events that webhooks carry, for those who ask. */
export const eventRoutes = [
  route({
    auth: asStaff,
    action: 'app.read',
    method: 'get',
    path: '/v1/admin/events',
    summary:
      'Read events in the order in which they happened; with wait, until there is one. What members write to ' +
      'each other comes to admins and owners alone',
    query: listEvents,
    responses: { 200: eventList },
    async handle({ core, session, query, gone }) {
      const { events, cursor } = await core.events.page(session, {
        after: query.after,
        types: query.types,
        limit: limitOf(core, query.limit),
        waitMs: (query.wait ?? 0) * 1_000,
        signal: gone?.(),
      })
      return reply(200, { events: events.map(outsideEvent), cursor })
    },
  }),
]
