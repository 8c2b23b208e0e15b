import { AppError, invalid } from '../errors.js'
import type { WebhookSender } from '../ports/webhook-sender.js'

const longest = 2_048

/** The address leads into a network that the settings do not allow. */
export class PrivateAddressError extends AppError {
  constructor(host: string) {
    super(
      'invalid_request',
      `${host} is a private address. Give a public one, list its network in OUTBOUND_PRIVATE_NETWORKS, or set WEBHOOK_ALLOW_PRIVATE=true.`,
    )
  }
}

/** An address that events may be posted to, as it was given. Refuses what could reach the network behind the server. */
export function checkedAddress(sender: WebhookSender, given: string): string {
  const url = URL.canParse(given) ? new URL(given) : null
  if (url === null || !['http:', 'https:'].includes(url.protocol) || given.length > longest)
    throw invalid('A webhook needs an address that begins with https:// or http://.')
  if (url.username !== '' || url.password !== '')
    throw invalid('Leave name and password out of the address: receivers check the signature instead.')
  if (sender.refuses(url)) throw new PrivateAddressError(url.hostname)
  return given
}
