import type { MemberQueries } from '../../core/ports/members.js'
import type { Access } from './access.js'
import { departedMemberQueries } from './departed-members.js'
import { hiddenMessageQueries } from './hidden-messages.js'
import { memberConversationQueries } from './member-conversations.js'
import { membershipQueries } from './memberships.js'

/** Direct and group conversations, and who takes part in them. */
export const memberQueries = (access: Access): MemberQueries => ({
  ...memberConversationQueries(access),
  ...membershipQueries(access),
  ...hiddenMessageQueries(access),
  ...departedMemberQueries(access),
})
