import type { CoreContext } from './context.js'
import { newId } from './ids.js'
import type { AuditEvent, Json } from './model.js'
import { assertMay } from './permissions.js'
import type { Transaction } from './ports.js'
import type { Principal, Staff } from './principal.js'

/** Who did it, in the words of the audit log. */
function actorOf(principal: Principal): Pick<AuditEvent, 'actorType' | 'actorId' | 'actorName'> {
  switch (principal.type) {
    case 'agent':
      return { actorType: 'agent', actorId: principal.agent.id, actorName: principal.agent.name }
    case 'server':
      return { actorType: 'server', actorId: principal.keyId, actorName: null }
    case 'visitor':
    case 'member':
      return { actorType: principal.type, actorId: principal.contact.id, actorName: principal.contact.name }
    case 'operator':
      return { actorType: 'operator', actorId: null, actorName: null }
  }
}

export interface AuditEntry {
  /** noun.verb, such as `conversation.claim`. */
  action: string
  target?: string | null
  details?: Json
}

/** Writes down what was done, in the transaction that does it. */
export const record = (
  context: CoreContext,
  transaction: Transaction,
  principal: Principal,
  { action, target = null, details = {} }: AuditEntry,
): Promise<void> =>
  transaction.audit.insert({
    id: newId('aud'),
    appKey: principal.app.key,
    at: context.clock.now(),
    ...actorOf(principal),
    action,
    target,
    details,
  })

export const createAudit = (context: CoreContext) => ({
  /** Newest first; needs the right to manage the app. */
  async list(
    principal: Staff,
    page: { beforeKey?: number; limit: number; action?: string },
  ): Promise<AuditEvent[]> {
    assertMay(principal, 'app.manage')
    return context.store.read.audit.list(principal.app.key, page)
  },
})
