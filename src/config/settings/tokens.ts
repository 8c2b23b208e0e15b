import { z } from 'zod'
import { day, minute, second, setting } from '../setting.js'
import { duration } from '../values.js'

/** How long a login lasts. */
export const tokens = z.object({
  accessLifetime: setting(duration(second, day).default(15 * minute), 'Of an access token'),
  refreshLifetime: setting(duration(minute, 400 * day).default(30 * day), 'Of a refresh token'),
})
