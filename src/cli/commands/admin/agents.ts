import type { Core } from '../../../server/core/index.js'
import type { Role } from '../../../server/core/model.js'
import type { MemberRow } from '../../../server/core/ports/agents.js'
import type { Operator } from '../../../server/core/principal.js'
import { member } from '../../../server/protocols/v1/wire-staff.js'
import type { Cli } from '../../cli.js'
import { appOption, command, yesOption } from '../../command.js'
import { CommandError } from '../../errors.js'
import { listGroup } from '../../group.js'
import { withOperator } from '../../instance.js'
import { addAgent } from './agents-add.js'
import { parseRole, roleOption, rolesText } from './roles.js'

/** Whether somebody is connected only the running server knows. */
const memberRow = (row: MemberRow) => member(row, false)

/** `replyhq admin agents`: the people who answer. */
export function agentsCommand(cli: Cli) {
  const examples = [
    'admin agents',
    'admin agents add --email ana@shop.example --name Ana --role admin',
    'admin agents role ana@shop.example owner',
  ]
  const members = [list(cli), addAgent(cli), role(cli), capacity(cli), remove(cli)] as const
  return listGroup('agents', 'The people who answer, and what they may do', examples, [...members])
}

function list(cli: Cli) {
  return command('list', 'List the agents of an app', ['admin agents', 'admin agents --json'])
    .addOption(roleOption('only those with this role'))
    .addOption(appOption())
    .action(({ app, role: wanted }: { app?: string; role?: Role }) =>
      withOperator(cli, app, async (core, operator) => {
        const rows = (await core.agents.list(operator)).map(memberRow)
        const shown = rows.filter((row) => wanted === undefined || row.role === wanted)
        cli.out.list('agents', shown, (row) => row.id, [
          { title: 'id', text: (row) => row.id },
          { title: 'e-mail', text: (row) => row.email },
          { title: 'name', text: (row) => row.name },
          { title: 'role', text: (row) => row.role },
          { title: 'chats', text: (row) => `${row.active} of ${row.capacity}` },
        ])
      }),
    )
}

function role(cli: Cli) {
  return command('role', 'Give an agent another role', ['admin agents role ana@shop.example admin'])
    .argument('<agent>', 'an e-mail address or an id')
    .argument('<role>', `one of ${rolesText}`)
    .addOption(appOption())
    .action((agent: string, wanted: string, { app }: { app?: string }) =>
      change(cli, app, agent, { role: parseRole(wanted) }),
    )
}

function capacity(cli: Cli) {
  return command('capacity', 'Set how many chats an agent takes at once', [
    'admin agents capacity ana@shop.example 8',
  ])
    .argument('<agent>', 'an e-mail address or an id')
    .argument('<number>', 'chats at once, from 0 to 1000')
    .addOption(appOption())
    .action((agent: string, number: string, { app }: { app?: string }) => {
      if (!/^\d{1,4}$/.test(number) || Number(number) > 1_000) {
        throw new CommandError('usage', `The number of chats must be from 0 to 1000, not "${number}".`)
      }
      return change(cli, app, agent, { capacity: Number(number) })
    })
}

function change(cli: Cli, app: string | undefined, agent: string, patch: { role?: Role; capacity?: number }) {
  return withOperator(cli, app, async (core, operator) => {
    const { id } = (await findMember(core, operator, agent)).agent
    const row = memberRow(await core.agents.setMembership(operator, id, patch))
    cli.out.result({ agent: row }, () => `${row.email} is ${row.role} with ${row.capacity} chats at once.`)
  })
}

function remove(cli: Cli) {
  return command('remove', 'Take an agent out of an app; what they wrote stays', [
    'admin agents remove ana@shop.example',
  ])
    .argument('<agent>', 'an e-mail address or an id')
    .addOption(yesOption())
    .addOption(appOption())
    .action((agent: string, { app, yes }: { app?: string; yes?: boolean }) =>
      withOperator(cli, app, async (core, operator) => {
        const { id, email } = (await findMember(core, operator, agent)).agent
        await cli.ask.confirm(`Take ${email} out of ${operator.app.name}?`, yes)
        await core.agents.remove(operator, id)
        cli.out.result({ removed: id }, () => `Removed ${email}.`)
      }),
    )
}

async function findMember(core: Core, operator: Operator, named: string): Promise<MemberRow> {
  const wanted = named.toLowerCase()
  const members = await core.agents.list(operator)
  const found = members.find(({ agent }) => agent.id === named || agent.email === wanted)
  if (found !== undefined) return found
  throw new CommandError(
    'not_found',
    `${named} is no agent of ${operator.app.name}.`,
    'replyhq admin agents lists them.',
  )
}
