import { z } from 'zod'
import { day, minute, second, setting } from '../setting.js'
import { boolean, duration, durationOf, integer, list, url } from '../values.js'

const within = (entry: string) => {
  const milliseconds = durationOf(entry)
  return milliseconds !== undefined && milliseconds <= 7 * day
}

/** What is told to other programs, and how patiently. */
export const webhook = z.object({
  url: setting(
    url(['http', 'https']).optional(),
    'A receiver of all events of the first app; its secret is WEBHOOK_SECRET',
  ),
  allowPrivate: setting(
    boolean().default(false),
    'Whether webhooks may go to private addresses; single networks are allowed by outbound.private_networks',
  ),
  timeout: setting(
    duration(100, minute).default(10 * second),
    'Without a whole answer by then: the attempt has failed',
  ),
  schedule: setting(
    list('a list of at most 30 times up to 7d, such as 0s, 5s or 5m, parted by commas', within)
      .refine((waits) => waits.length >= 1 && waits.length <= 30, 'must be a list of 1 to 30 times')
      .default(['0s', '5s', '5m', '30m', '2h', '5h', '10h', '14h', '20h', '24h']),
    'What an attempt waits after the one before, give or take a fifth; after the last a delivery is dead',
  ),
  concurrency: setting(integer(1, 100).default(4), 'Requests to one receiver at once'),
  lease: setting(
    duration(5 * second, 10 * minute).default(30 * second),
    'Without a sign of life for so long, another server takes the webhooks over that a server holds',
  ),
  retention: setting(
    duration(60 * minute, 400 * day).default(7 * day),
    'How long events and deliveries are kept after they ended',
  ),
})
