import { forbidden } from './errors.js'
import type { KeyScope, Role } from './model.js'
import type { Principal, Staff } from './principal.js'

/** What can be asked for, in the words of the role table in the documentation. */
export type Action = 'app.read' | 'conversation.serve' | 'app.manage' | 'canned.own' | 'app.own'

interface Rule {
  roles: readonly Role[]
  scope: KeyScope | null
  sentence: string
}

const rules: Record<Action, Rule> = {
  'app.read': { roles: ['viewer', 'agent', 'admin', 'owner'], scope: 'read', sentence: 'read this app' },
  'conversation.serve': {
    roles: ['agent', 'admin', 'owner'],
    scope: 'write',
    sentence: 'serve conversations',
  },
  'canned.own': { roles: ['agent', 'admin', 'owner'], scope: 'admin', sentence: 'keep canned replies' },
  'app.manage': { roles: ['admin', 'owner'], scope: 'admin', sentence: 'manage this app' },
  'app.own': { roles: ['owner'], scope: null, sentence: 'change keys, owners or settings of this app' },
}

/** The roles an action asks for: the documents show them beside each route. */
export const rolesFor = (action: Action): readonly Role[] => rules[action].roles

/** May this principal do this in its app? Visitors and members act on their own conversations only, never by these actions. */
export function may(principal: Principal, action: Action): boolean {
  const rule = rules[action]
  switch (principal.type) {
    case 'operator':
      return true
    case 'visitor':
    case 'member':
      return false
    case 'agent':
      return rule.roles.includes(principal.role)
    case 'server':
      return rule.scope !== null && principal.scopes.includes(rule.scope)
  }
}

/** Refuses with `forbidden` what the principal may not do. */
export function assertMay(principal: Principal, action: Action): asserts principal is Staff {
  if (may(principal, action)) return
  const rule = rules[action]
  throw forbidden(`You may not ${rule.sentence}. Ask for one of these roles: ${rule.roles.join(', ')}.`)
}
