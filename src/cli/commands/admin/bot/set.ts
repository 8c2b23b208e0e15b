import { InvalidArgumentError, Option } from 'commander'
import { type BotChange, changedBot, keptSecret } from '../../../../server/core/bot/changes.js'
import { type BotSettings, withoutSecrets } from '../../../../server/core/bot/settings.js'
import { bot as botWire } from '../../../../server/protocols/v1/wire-bot.js'
import { type BotDifference, changesOf, describeChange } from '../../../bot/differences.js'
import type { Cli } from '../../../cli.js'
import { appOption, command, dryRunOption } from '../../../command.js'
import { CommandError } from '../../../errors.js'
import { withOperator } from '../../../instance.js'
import { parseBot } from '../../../plan/bot-settings.js'
import { readText } from '../../../plan/read-beside.js'
import { parseYaml } from '../../../plan/yaml.js'

interface Flags {
  enable?: boolean
  disable?: boolean
  policy?: string
  name?: string
  prompt?: string
  greeting?: string
  model?: string
  temperature?: number
  tokenBudget?: number
  apology?: string
  transferMessage?: string
}
type Options = Flags & { app?: string; file?: string; dryRun?: boolean }

/** Changes the bot: by a file, by flags, or both, of which the flags win. */
export function setBot(cli: Cli) {
  const examples = [
    'admin bot set --prompt prompt.md --greeting "Hello, how can I help?"',
    'admin bot set --file bot.yaml --dry-run',
    'admin bot set --disable',
  ]
  return command('set', 'Change the bot of an app; what is not named stays as it is', examples)
    .option('-f, --file <file>', 'settings as YAML or JSON; - is standard input')
    .option('--prompt <file>', 'a file with the system prompt')
    .addOption(new Option('--enable', 'let it answer').conflicts('disable'))
    .option('--disable', 'let everything go to the queue')
    .addOption(
      new Option('--policy <policy>', 'whom new conversations meet').choices([
        'bot_first',
        'human_first',
        'ask',
      ]),
    )
    .option('--name <name>', 'the name that visitors see')
    .option('--greeting <text>', 'its first words')
    .option('--model <model>', 'the model that it thinks with')
    .addOption(new Option('--temperature <number>', 'from 0 to 2').argParser(number))
    .addOption(new Option('--token-budget <number>', 'tokens of one request at most').argParser(number))
    .option('--apology <text>', 'said when the model does not answer')
    .option('--transfer-message <text>', 'said when it hands over')
    .addOption(dryRunOption())
    .addOption(appOption())
    .action(async ({ app, file, dryRun = false, ...flags }: Options) => {
      const change = { ...(await fromFile(cli, file)), ...(await fromFlags(cli, flags)) }
      if (Object.keys(change).length === 0)
        throw new CommandError('usage', 'Nothing to set.', 'Name a --file or a setting, such as --greeting.')
      await withOperator(cli, app, async (core, operator) => {
        const before = operator.app.settings.bot ?? null
        const after = changedBot(before, await withSecrets(cli, before, change))
        const changes = changesOf(before, after)
        if (!dryRun && changes.length > 0) await core.bot.configure(operator, after)
        report(cli, changes, after, dryRun)
      })
    })
}

function number(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text)
  throw new InvalidArgumentError('It must be a number.')
}

async function fromFile(cli: Cli, file: string | undefined): Promise<BotChange> {
  if (file === undefined) return {}
  const { text, folder } = await readText(cli.streams, file)
  return parseBot(parseYaml(text), folder)
}

async function fromFlags(cli: Cli, flags: Flags): Promise<BotChange> {
  const { enable, disable, prompt: file, tokenBudget, transferMessage, ...others } = flags
  const settings = {
    ...others,
    ...(enable || disable ? { enabled: enable ?? false } : {}),
    prompt: file === undefined ? undefined : (await readText(cli.streams, file)).text,
    token_budget: tokenBudget,
    transfer_message: transferMessage,
  }
  return parseBot(settings, process.cwd())
}

/** Asks for the secrets of new tools: argv is read by every user of the machine. */
async function withSecrets(cli: Cli, before: BotSettings | null, change: BotChange): Promise<BotChange> {
  const httpTools: NonNullable<BotChange['httpTools']> = []
  for (const tool of change.httpTools ?? []) {
    const known = tool.secret ?? keptSecret(before, tool)
    const instead = `secret_file (or secret) of ${tool.name} in the file`
    httpTools.push({ ...tool, secret: known ?? (await cli.ask.hidden(`Secret of ${tool.name}?`, instead)) })
  }
  return change.httpTools === undefined ? change : { ...change, httpTools }
}

function report(cli: Cli, changes: readonly BotDifference[], after: BotSettings, dryRun: boolean): void {
  const bot = botWire(withoutSecrets(after))
  cli.out.result({ dry_run: dryRun, changes, bot }, () =>
    changes.length === 0 ? 'Nothing to do: the bot is like that.' : changes.map(describeChange).join('\n'),
  )
  if (dryRun && changes.length > 0) cli.out.note('Nothing was changed: leave --dry-run out to do it.')
  if (!dryRun) cli.out.next('replyhq admin bot test "Hello"')
}
