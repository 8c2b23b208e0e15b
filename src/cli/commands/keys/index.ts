import type { Cli } from '../../cli.js'
import { listGroup } from '../../group.js'
import { createKey } from './create.js'
import { listKeys } from './list.js'
import { revokeKey } from './revoke.js'
import { rotateKey } from './rotate.js'
import { vapidKeys } from './vapid.js'

/** `replyhq keys`: what lets software in. */
export function keysCommand(cli: Cli) {
  const examples = ['keys', 'keys create --kind secret --name billing', 'keys revoke key_…']
  const members = [listKeys(cli), createKey(cli), rotateKey(cli), revokeKey(cli), vapidKeys(cli)] as const
  return listGroup('keys', 'Keys of an app: publishable for visitors, secret for servers', examples, [
    ...members,
  ])
}
