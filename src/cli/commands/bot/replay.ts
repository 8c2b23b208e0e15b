import type { PastTurn } from '../../../server/core/bot/past-turns.js'
import type { Tried } from '../../../server/core/bot/trial.js'
import { ChatFailure } from '../../../server/core/ports/chat-model.js'
import { type Comparison, compare, summarise } from '../../bot/comparison.js'
import { parseConversationFilter } from '../../bot/conversation-filter.js'
import { usableEndpoint } from '../../bot/endpoint.js'
import { asCommandError } from '../../bot/failures.js'
import { findTurns } from '../../bot/find-turns.js'
import { inParallel } from '../../bot/in-parallel.js'
import type { Cli } from '../../cli.js'
import { appOption, command, limitOption } from '../../command.js'
import { CommandError, ExitCode } from '../../errors.js'
import { exitCodes } from '../../exit-codes.js'
import { withOperator } from '../../instance.js'
import { awake } from '../../keep-awake.js'
import type { Column } from '../../output.js'
import { readText } from '../../plan/read-beside.js'

interface Options {
  app?: string
  conversations: string
  prompt?: string
  model?: string
  limit: number
}

/** Runs what visitors really asked against another prompt or model; nobody hears of it. */
export function replayCommand(cli: Cli) {
  const examples = [
    'bot replay --conversations status=closed --prompt new-prompt.md --limit 20',
    'bot replay --conversations conv_…,conv_… --model gpt-4o --json',
  ]
  return command('replay', 'Ask stored questions again with another prompt or model, and compare', examples)
    .requiredOption(
      '--conversations <filter>',
      'all, ids, or pairs of status, handler, assignee, tag, contact and search, parted by commas',
    )
    .option('--prompt <file>', 'a file with the other system prompt')
    .option('--model <model>', 'the other model')
    .addOption(limitOption('so many conversations in which the bot spoke, each with its last 20 answers', 20))
    .addOption(appOption())
    .action(async ({ app, conversations, prompt: file, model, limit }: Options) => {
      const filter = parseConversationFilter(conversations)
      if (file === undefined && model === undefined)
        throw new CommandError('usage', 'Nothing would be different.', 'Give --prompt or --model.')
      const endpoint = usableEndpoint(cli)
      const prompt = file === undefined ? undefined : (await readText(cli.streams, file)).text
      await withOperator(cli, app, async (core, operator) => {
        const turns = (await findTurns(core, operator, filter, limit)).flat()
        const atOnce = cli.settings().config.bot.concurrency
        const run = () =>
          awake((signal) =>
            replay(cli, turns, atOnce, (turn) =>
              core.botRehearsals.replay(operator, turn, { prompt, model, signal }),
            ),
          )
        const done = await cli
          .progress(`Asking again, ${turns.length} times`, run)
          .catch((error: unknown) => {
            throw asCommandError(error, endpoint)
          })
        report(cli, done)
      })
    })
}

/** The first alone: a wrong key must not fail a thousand times. Gives them in the order of the turns. */
async function replay(
  cli: Cli,
  turns: readonly PastTurn[],
  atOnce: number,
  ask: (turn: PastTurn) => Promise<Tried>,
): Promise<Comparison[]> {
  const done = new Map<PastTurn, Comparison>()
  const keep = (turn: PastTurn, now: Tried | ChatFailure) => {
    const comparison = compare(turn, now)
    done.set(turn, comparison)
    if (cli.options.json) cli.out.jsonLine(comparison)
  }
  const [first, ...others] = turns
  if (first !== undefined) keep(first, await ask(first))
  await inParallel(others, atOnce, async (turn) => keep(turn, await ask(turn).catch(chatFailure)))
  return turns.flatMap((turn) => done.get(turn) ?? [])
}

function chatFailure(error: unknown): ChatFailure {
  if (error instanceof ChatFailure) return error
  throw error
}

const columns: Column<Comparison>[] = [
  { title: 'conversation', text: (row) => row.conversation_id },
  { title: '#', text: (row) => row.sequence },
  { title: 'asked', text: (row) => short(row.asked) },
  { title: 'said', text: (row) => short(said(row.was)) },
  { title: 'would say', text: (row) => short(row.would === null ? (row.error ?? '') : said(row.would)) },
  { title: 'differs', text: (row) => row.verdict },
  {
    title: 'tokens',
    text: ({ would }) => would && would.usage.input_tokens + would.usage.output_tokens,
  },
]

function said({ outcome, text, transfer, tool_calls: calls = [] }: Said): string {
  if (outcome === 'calls') return `→ ${calls.map(({ name }) => name).join(', ')}`
  return outcome === 'answered' || outcome === 'reply' ? text : `→ queue: ${text || transfer?.reason}`
}

interface Said {
  outcome: string
  text: string
  transfer?: { reason: string } | null
  tool_calls?: readonly { name: string }[]
}

const short = (text: string) => (text.length > 40 ? `${text.slice(0, 39)}…` : text)

function report(cli: Cli, comparisons: readonly Comparison[]): void {
  const summary = summarise(comparisons)
  const { conversations, turns, same, answer, handoff, tool, failed, usage } = summary
  if (cli.options.json) cli.out.jsonLine({ summary })
  else cli.out.list('answers', comparisons, (row) => row.turn_id, columns, 'The bot said nothing there.')
  cli.out.note(
    `${turns} answers in ${conversations} ${conversations === 1 ? 'conversation' : 'conversations'}: ${same} the same, ${answer} other words, ${handoff} other handoffs, ${tool} with a tool first, ${failed} failed; ${usage.input_tokens} tokens in, ${usage.output_tokens} out.`,
  )
  if (failed > 0) throw new ExitCode(exitCodes.failed)
}
