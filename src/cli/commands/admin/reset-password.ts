import type { Cli } from '../../cli.js'
import { command, passwordOption, yesOption } from '../../command.js'
import { withInstance } from '../../instance.js'

/** `replyhq admin reset-password`: for those who lost it. */
export function resetPasswordCommand(cli: Cli) {
  const examples = [
    'admin reset-password ana@shop.example',
    'admin reset-password ana@shop.example --password-stdin --yes < password',
  ]
  return command('reset-password', 'Give an agent a new password and end all their sessions', examples)
    .argument('<email>', 'who')
    .addOption(passwordOption())
    .addOption(yesOption())
    .action((email: string, { passwordStdin, yes }: { passwordStdin?: boolean; yes?: boolean }) =>
      withInstance(cli, async ({ core }) => {
        const given = passwordStdin ? await cli.ask.secretFromStdin() : undefined
        await cli.ask.confirm(`Give ${email} a new password? All their sessions end.`, yes)
        const { agent, password } = await core.agents.resetPassword(email, given)
        const made = given === undefined ? password : null
        cli.out.result(
          { agent_id: agent.id, email: agent.email, password: made },
          () => made ?? `The password of ${agent.email} is set.`,
        )
        if (made !== null) cli.out.note(`This is the password of ${agent.email}, shown this once.`)
        cli.out.next(`replyhq tui --email ${agent.email}`)
      }),
    )
}
