import type { Principal } from '../principal.js'
import type { Sender } from './placing.js'

const nobody = { key: null, id: null, externalId: null, name: null }

/** Who a message of theirs is from. Servers write as an agent without a name. */
export function senderOf(principal: Principal): Sender {
  switch (principal.type) {
    case 'visitor':
    case 'member':
      return { type: 'contact', ...principal.contact }
    case 'agent':
      return {
        type: 'agent',
        key: principal.agent.key,
        id: principal.agent.id,
        externalId: null,
        name: principal.agent.name,
      }
    case 'server':
      return { type: 'agent', ...nobody }
    case 'operator':
      return { type: 'system', ...nobody }
  }
}
