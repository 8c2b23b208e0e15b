import type { CoreContext } from '../context.js'
import type { App } from '../model.js'

/** What a member's connections name as their credential: they end when the contact is there no longer. */
export const memberCredential = (contactKey: number): string => `contact:${contactKey}`

/** After the commit: connections of the contact, on every node, come again and prove who they are. */
export function endAccess({ bus }: CoreContext, app: Pick<App, 'key' | 'id'>, contactKey: number): void {
  bus.publish({
    type: 'access.changed',
    appKey: app.key,
    appId: app.id,
    keyId: null,
    agentKey: null,
    contactKey,
  })
}
