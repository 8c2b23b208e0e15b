import type { Cli } from '../../cli.js'
import { group } from '../../group.js'
import { agentsCommand } from './agents.js'
import { applyCommand } from './apply.js'
import { appsCommand } from './apps.js'
import { auditCommand } from './audit.js'
import { botAdminCommand } from './bot/index.js'
import { cannedCommand } from './canned.js'
import { contactsCommand } from './contacts.js'
import { conversationsCommand } from './conversations.js'
import { debugCommand } from './debug.js'
import { deliveriesCommand } from './deliveries/index.js'
import { queueCommand } from './queue.js'
import { resetPasswordCommand } from './reset-password.js'
import { settingsCommand } from './settings.js'
import { setupLinkCommand } from './setup-link.js'
import { statsCommand } from './stats.js'
import { webhooksAdminCommand } from './webhooks/index.js'

/** `replyhq admin`: everything that an operator does besides running the server. */
export function adminCommand(cli: Cli) {
  const examples = ['admin agents', 'admin queue', 'admin apply -f instance.yaml --dry-run']
  return group('admin', 'Apps, agents, conversations and settings', examples, [
    appsCommand(cli),
    agentsCommand(cli),
    conversationsCommand(cli),
    contactsCommand(cli),
    queueCommand(cli),
    statsCommand(cli),
    debugCommand(cli),
    botAdminCommand(cli),
    cannedCommand(cli),
    webhooksAdminCommand(cli),
    deliveriesCommand(cli),
    settingsCommand(cli),
    auditCommand(cli),
    applyCommand(cli),
    setupLinkCommand(cli),
    resetPasswordCommand(cli),
  ])
}
