import { createHash } from 'node:crypto'
import type { Logger } from '../../../logger.js'
import type { Exchange } from './exchange.js'

const warning =
  'Another node of this installation has other secrets, so what one has signed the other refuses. Give all of them the same JWT_ACCESS_SECRET, JWT_REFRESH_SECRET and LINK_SECRET, or one data folder.'

/** Warns, once and on both sides, where two nodes would refuse each other's tokens and links. */
export function compareSecrets(exchange: Exchange, secrets: readonly string[], logger: Logger): void {
  const mark = createHash('sha256').update(JSON.stringify(secrets)).digest('base64url').slice(0, 12)
  let warned = false
  exchange.on('secrets', (body) => {
    if (body === mark || warned) return
    warned = true
    logger.warn(warning)
    exchange.send('secrets', mark)
  })
  exchange.send('secrets', mark)
}
