import { z } from 'zod'
import { MiB, minute, second, setting } from '../setting.js'
import { boolean, duration, size } from '../values.js'

/** Connections that stay open. */
export const sockets = z.object({
  pingInterval: setting(duration(100, 10 * minute).default(25 * second), 'Between two pings to a client'),
  pingTimeout: setting(
    duration(100, 10 * minute).default(20 * second),
    'Without a pong: the connection is closed',
  ),
  connectTimeout: setting(
    duration(100, minute).default(5 * second),
    'To join a namespace after the connection',
  ),
  maximumPayload: setting(size(1024, 100 * MiB).default(MiB), 'One inbound packet'),
  maximumWaiting: setting(
    size(64 * 1024, 1024 * MiB).default(2 * MiB),
    'Bytes that a client has not read yet',
  ),
  typingTimeout: setting(
    duration(100, 10 * minute).default(6 * second),
    'Typing stops by itself after this time',
  ),
  tuned: setting(
    boolean().default(true),
    'Whether frames leave by the faster way; off: as the library writes them',
  ),
  receiptsWindow: setting(duration(0, 10 * second).default(20), 'Receipts of this time go out as one event'),
})
