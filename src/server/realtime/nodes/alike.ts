import { createHash } from 'node:crypto'
import type { Logger } from '../../../logger.js'
import type { Exchange } from './exchange.js'
import { appShards } from './shards.js'

const differentSecrets =
  'Another node of this installation has other secrets, so what one has signed the other refuses. Give all of them the same JWT_ACCESS_SECRET, JWT_REFRESH_SECRET and LINK_SECRET, or one data folder.'
const differentShards =
  'Another node of this installation is of another version, and neither hears what happens on the other. Run the same version on all nodes.'

/** Warns, once and on both sides, where two nodes would refuse each other's tokens and links. */
export function compareSecrets(exchange: Exchange, secrets: readonly string[], logger: Logger): void {
  const mark = createHash('sha256').update(JSON.stringify(secrets)).digest('base64url').slice(0, 12)
  compare(exchange, 'secrets', mark, () => logger.warn(differentSecrets))
}

/** Warns, once and on both sides, where two nodes divide the apps otherwise and so use other streams. */
export function compareShards(exchange: Exchange, logger: Logger, shards = appShards): void {
  compare(exchange, 'shards', shards, () => logger.warn(differentShards))
}

function compare(exchange: Exchange, topic: string, own: string | number, differ: () => void): void {
  let warned = false
  exchange.on(topic, (body) => {
    if (body === own || warned) return
    warned = true
    differ()
    exchange.send(topic, own)
  })
  exchange.send(topic, own)
}
