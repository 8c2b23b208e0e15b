import { z } from 'zod'
import { bot } from './settings/bot.js'
import { limits } from './settings/limits.js'
import { openai } from './settings/openai.js'
import { outbound } from './settings/outbound.js'
import { push } from './settings/push.js'
import { secrets } from './settings/secrets.js'
import { server } from './settings/server.js'
import { sockets } from './settings/sockets.js'
import { tokens } from './settings/tokens.js'
import { webhook } from './settings/webhook.js'

/** Every setting of the server that is no secret. Times are milliseconds, sizes bytes. */
export const settingsSchema = z.object({
  ...server,
  tokens,
  limits,
  sockets,
  openai,
  bot,
  outbound,
  webhook,
  push,
})

export const secretsSchema = secrets

export type Settings = z.output<typeof settingsSchema>
export type GivenSecrets = z.output<typeof secretsSchema>
