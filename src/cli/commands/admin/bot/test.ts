import type { TriedCall } from '../../../../server/core/bot/trial.js'
import { cleanLines } from '../../../../tui/text/clean.js'
import { usableEndpoint } from '../../../bot/endpoint.js'
import { asCommandError } from '../../../bot/failures.js'
import { trialWire } from '../../../bot/trial-wire.js'
import type { Cli } from '../../../cli.js'
import { appOption, command } from '../../../command.js'
import { withOperator } from '../../../instance.js'
import { awake } from '../../../keep-awake.js'
import { properties } from '../../../output.js'
import { readText } from '../../../plan/read-beside.js'

interface Options {
  app?: string
  prompt?: string
  model?: string
  tools?: boolean
}

/** One turn with the model, as a visitor would have it, told to nobody. */
export function testBot(cli: Cli) {
  const examples = [
    'admin bot test "Where is my order?"',
    'admin bot test "Hello" --prompt prompt.md --model gpt-4o',
    'admin bot test "Where is order 7?" --tools --json',
  ]
  return command('test', 'Ask the bot one thing, with timing and tokens; nothing is stored', examples)
    .argument('<message>', 'what the visitor writes')
    .option('--prompt <file>', 'with the system prompt in this file')
    .option('--model <model>', 'with this model')
    .option('--tools', 'also call the tools over HTTP that it asks for; else they are only shown')
    .addOption(appOption())
    .action(async (message: string, { app, prompt: file, model, tools = false }: Options) => {
      const endpoint = usableEndpoint(cli)
      const prompt = file === undefined ? undefined : (await readText(cli.streams, file)).text
      await withOperator(cli, app, async (core, operator) => {
        const ask = () =>
          awake((signal) =>
            core.botRehearsals.try(operator, message, { prompt, model, callTools: tools, signal }),
          )
        const tried = await cli.progress('Asking the model', ask).catch((error: unknown) => {
          throw asCommandError(error, endpoint)
        })
        const shown = trialWire(tried)
        cli.out.result(shown, () => describe(shown))
        if (shown.outcome === 'calls') cli.out.note('The tools were not called: --tools calls them.')
      })
    })
}

function describe(tried: ReturnType<typeof trialWire>): string {
  const { transfer, usage } = tried
  const said = tried.text === '' ? [] : [...cleanLines(tried.text), '']
  const facts = properties([
    ...tried.tool_calls.map((call): [string, string] => ['tool', describeCall(call)]),
    ...(transfer === null
      ? []
      : [['hands over', `${transfer.reason} (priority ${transfer.priority})`] as [string, string]]),
    ['first token', tried.first_token_ms === null ? 'no text' : `${tried.first_token_ms} ms`],
    ['total', `${tried.total_ms} ms in ${tried.requests} ${tried.requests === 1 ? 'request' : 'requests'}`],
    ['tokens', `${usage.input_tokens} in, ${usage.output_tokens} out`],
  ])
  return [...said, facts].join('\n')
}

const describeCall = ({ name, arguments: values, result }: TriedCall): string =>
  `${name} ${JSON.stringify(values)} → ${result ?? 'not called'}`
