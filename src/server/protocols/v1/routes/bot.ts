import { z } from 'zod'
import { reply, route } from '../../route.js'
import { asStaff } from '../authentication.js'
import { botInput, bot as schema } from '../schemas/bot.js'
import { bot, givenBot } from '../wire-bot.js'

const manage = { auth: asStaff, action: 'app.manage', path: '/v1/admin/bot' } as const
const shown = z.object({ bot: schema.nullable().describe('Null: the app has none') })

/** The bot that answers first. */
export const botRoutes = [
  route({
    ...manage,
    method: 'get',
    summary: 'Get the bot of the app',
    responses: { 200: shown },
    async handle({ core, session }) {
      const settings = await core.bot.settings(session)
      return reply(200, { bot: settings && bot(settings) })
    },
  }),
  route({
    ...manage,
    method: 'put',
    summary: 'Set the bot of the app, all of it; null to have none',
    body: z.object({ bot: botInput.nullable() }),
    responses: { 200: shown },
    async handle({ core, session, body }) {
      const settings = await core.bot.configure(session, body.bot && givenBot(body.bot))
      return reply(200, { bot: settings && bot(settings) })
    },
  }),
]
