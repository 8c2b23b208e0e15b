import type { CoreContext } from '../context.js'
import { isOfAllKinds } from '../gaps.js'
import type { App } from '../model.js'

/** After the commit: contacts of an app were merged, changed or deleted, and every node forgets who is who. */
export function forgetWhoIsWho({ bus }: CoreContext, app: Pick<App, 'key' | 'id'>): void {
  bus.publish({ type: 'identities.changed', appKey: app.key, appId: app.id })
}

/** Has `forget` clear what this node remembers, whichever node it was that changed them. */
export function onIdentitiesChanged({ bus }: CoreContext, forget: () => void): void {
  bus.subscribe(({ type }) => {
    if (type === 'identities.changed') forget()
  })
  bus.onGap((gap) => {
    if (isOfAllKinds(gap)) forget()
  })
}
