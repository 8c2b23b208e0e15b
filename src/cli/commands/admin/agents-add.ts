import type { Role } from '../../../server/core/model.js'
import type { Cli } from '../../cli.js'
import { appOption, command, passwordOption } from '../../command.js'
import { withOperator } from '../../instance.js'
import { roleOption } from './roles.js'

interface Options {
  app?: string
  email?: string
  name?: string
  role?: Role
  passwordStdin?: boolean
  token?: boolean
}

/** Adds a person, with a password of theirs or one that is made and shown once. */
export function addAgent(cli: Cli) {
  const examples = [
    'admin agents add --email ana@shop.example --name Ana --role admin',
    'admin agents add --email ben@shop.example --name Ben --password-stdin < password',
  ]
  return command('add', 'Add an agent; without --password-stdin a password is made and shown once', examples)
    .option('--email <address>', 'the address to sign in with')
    .option('--name <name>', 'the name that visitors see')
    .addOption(roleOption('what the agent may do').default('agent'))
    .addOption(passwordOption())
    .option('--token', 'also make a personal token, for scripts, shown once')
    .addOption(appOption())
    .action((options: Options) =>
      withOperator(cli, options.app, async (core, operator) => {
        const email = await cli.ask.text('E-mail?', '--email', options.email)
        const name = await cli.ask.text('Name?', '--name', options.name)
        const given = options.passwordStdin ? await cli.ask.secretFromStdin() : undefined
        const { agent, password } = await core.agents.add(operator, {
          email,
          name,
          role: options.role,
          password: given,
        })
        const token = options.token
          ? (await core.auth.createPersonalToken(agent.key, { name: 'command line' })).token
          : null
        const shown = { id: agent.id, email: agent.email, name: agent.name, role: options.role }
        cli.out.result({ agent: shown, password, token }, () =>
          describe(agent.id, agent.email, password, token),
        )
        cli.out.next(`replyhq tui --email ${agent.email}`)
      }),
    )
}

function describe(id: string, email: string, password: string | null, token: string | null): string {
  const lines = [`agent     ${id}`, `e-mail    ${email}`]
  if (password !== null) lines.push(`password  ${password}   (shown this once)`)
  if (token !== null) lines.push(`token     ${token}   (shown this once)`)
  return lines.join('\n')
}
