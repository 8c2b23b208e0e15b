import { z } from 'zod'
import { minute, second, setting } from '../setting.js'
import { duration, integer } from '../values.js'

/** How bots wait for the model, and for how long. */
export const bot = z.object({
  concurrency: setting(integer(1, 1_000).default(8), 'Replies that the bot of this server writes at once'),
  attempts: setting(integer(1, 10).default(3), 'Requests to the model before the bot gives up'),
  firstTokenTimeout: setting(
    duration(100, 10 * minute).default(15 * second),
    'Without a first or a next piece of the reply: the request has failed',
  ),
  patience: setting(
    duration(100, 10 * minute).default(18 * second),
    'A visitor who has seen no part of a reply by then goes to the queue',
  ),
  lease: setting(
    duration(second, 10 * minute).default(10 * second),
    'Without a sign of life for so long, another server takes the reply over',
  ),
  toolTimeout: setting(duration(100, minute).default(8 * second), 'One call of a tool over HTTP'),
})
