import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Comparison } from '../../src/cli/bot/comparison.js'
import { callTool, type ModelRequest, type Script, say, status } from '../bot/model-server.js'
import { temporaryFolder } from '../helpers/databases.js'
import { ask, botInstallation, serve } from './bot-installation.js'
import type { Ended } from './run.js'

const lastWords = ({ messages }: ModelRequest) => messages.at(-1)?.content ?? ''

/** How the shop's bot answered at first. */
const answers = (request: ModelRequest): Script =>
  lastWords(request).includes('refund')
    ? callTool('transfer_to_agent', { reason: 'a refund', priority: 'high' })
    : say(`About ${lastWords(request)}: yes.`)

const promptFile = (text = 'Answer otherwise.') => {
  const file = join(temporaryFolder(), 'prompt.md')
  writeFileSync(file, text)
  return file
}

interface Replay {
  comparisons: Comparison[]
  summary: Record<string, unknown>
}
function replayOf({ stdout }: Ended): Replay {
  const lines: Record<string, unknown>[] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const { summary } = lines.at(-1) as { summary: Replay['summary'] }
  return { comparisons: lines.slice(0, -1) as unknown as Comparison[], summary }
}

/** A shop whose bot has answered, and handed one conversation over. */
async function shopWithHistory() {
  const shop = await botInstallation(answers)
  await using server = await serve(shop.data)
  const talked = await ask(server.url, ['shipping', 'Monday'])
  const handed = await ask(server.url, ['a refund'])
  return { ...shop, talked, handed }
}

test('stored questions are asked again, and what differs is told turn by turn', async () => {
  await using shop = await shopWithHistory()
  shop.model.answers((request) =>
    lastWords(request) === 'Monday' ? answers(request) : say('Something else entirely.', [40, 4]),
  )
  const ended = await shop.here('bot', 'replay', '--conversations', 'all', '--prompt', promptFile(), '--json')
  expect(ended.code).toBe(0)
  const { comparisons, summary } = replayOf(ended)
  const byQuestion = Object.fromEntries(comparisons.map((one) => [one.asked, one]))
  expect(byQuestion.shipping).toMatchObject({
    conversation_id: shop.talked,
    was: { outcome: 'answered', text: 'About shipping: yes.' },
    would: {
      outcome: 'reply',
      text: 'Something else entirely.',
      usage: { input_tokens: 40, output_tokens: 4 },
    },
    verdict: 'answer',
  })
  expect(byQuestion.Monday).toMatchObject({ verdict: 'same' })
  expect(byQuestion['a refund']).toMatchObject({
    conversation_id: shop.handed,
    was: { outcome: 'transferred' },
    verdict: 'handoff',
  })
  expect(summary).toEqual({
    conversations: 2,
    turns: 3,
    same: 1,
    answer: 1,
    handoff: 1,
    tool: 0,
    failed: 0,
    usage: { input_tokens: 90, output_tokens: 13 },
  })
})

test('each turn starts from what was said before it, under the other prompt and model', async () => {
  await using shop = await shopWithHistory()
  const before = shop.model.requests.length
  const words = ['--conversations', shop.talked, '--prompt', promptFile(), '--model', 'tiny', '--json']
  await shop.here('bot', 'replay', ...words)
  const asked = shop.model.requests.slice(before)
  expect(
    asked.map(({ model, messages }) => [model, ...messages.slice(1).map(({ content }) => content)]),
  ).toEqual([
    ['tiny', 'shipping'],
    ['tiny', 'shipping', 'About shipping: yes.', 'Monday'],
  ])
  for (const { messages } of asked) expect(messages[0]?.content).toMatch(/^Answer otherwise\./)
})

test('nothing is stored, counted or told', async () => {
  await using shop = await shopWithHistory()
  const state = async () => {
    const outputs = [
      await shop.here('admin', 'conversations', 'export', shop.talked),
      await shop.here('admin', 'conversations', 'export', shop.handed),
      await shop.here('admin', 'stats', '--json'),
      await shop.here('admin', 'audit', '--json'),
      await shop.here('admin', 'bot', '--json'),
    ]
    return outputs.map(({ stdout }) => stdout.replaceAll(/"longest_wait_seconds":\d+/g, ''))
  }
  const before = await state()
  shop.model.answers([callTool('transfer_to_agent', { reason: 'everything' })])
  const { code } = await shop.here('bot', 'replay', '--conversations', 'all', '--prompt', promptFile())
  expect(code).toBe(0)
  expect(await state()).toEqual(before)
})

test('people get a table with the sums under it, and with -q the turns', async () => {
  await using shop = await shopWithHistory()
  const words = ['bot', 'replay', '--conversations', `status=open,handler=bot`, '--model', 'tiny']
  const { stdout, stderr } = await shop.here(...words)
  expect(stdout).toMatch(/^conversation +# +asked +said +would say +differs +tokens\n/)
  expect(stdout).toMatch(new RegExp(`^${shop.talked} +1 +shipping .* same +15$`, 'm'))
  expect(stdout).not.toContain(shop.handed)
  expect(stderr).toContain('2 answers in 1 conversation: 2 the same')
  expect((await shop.here(...words, '-q')).stdout).toMatch(/^turn_\S+\nturn_\S+\n$/)
})

test('the limit counts conversations in which the bot spoke', async () => {
  await using shop = await shopWithHistory()
  const words = ['bot', 'replay', '--conversations', 'all', '--model', 'tiny', '--json', '--limit', '1']
  const { comparisons } = replayOf(await shop.here(...words))
  expect(comparisons.map(({ asked }) => asked)).toEqual(['a refund'])
})

test('never more requests are under way than the settings allow', async () => {
  await using shop = await botInstallation(answers)
  {
    await using server = await serve(shop.data)
    await Promise.all(Array.from({ length: 6 }, (_, index) => ask(server.url, [`question ${index}`])))
  }
  shop.model.busiest = 0
  process.env.REPLYHQ_BOT_CONCURRENCY = '2'
  const words = ['bot', 'replay', '--conversations', 'all', '--model', 'tiny', '--json']
  const ended = await shop.here(...words).finally(() => delete process.env.REPLYHQ_BOT_CONCURRENCY)
  expect(replayOf(ended).summary).toMatchObject({ turns: 6, same: 6 })
  expect(shop.model.busiest).toBeLessThanOrEqual(2)
})

test('an endpoint that never answers ends it with 6 at once; a single failure is told and ends with 1', async () => {
  await using shop = await shopWithHistory()
  const words = ['bot', 'replay', '--conversations', 'all', '--model', 'tiny', '--json']
  shop.model.answers([status(500)])
  const before = shop.model.requests.length
  expect((await shop.here(...words)).code).toBe(6)
  expect(shop.model.requests.length - before).toBe(2)
  shop.model.answers((request) => (lastWords(request) === 'Monday' ? status(400) : answers(request)))
  const ended = await shop.here(...words)
  expect(ended.code).toBe(1)
  const { comparisons, summary } = replayOf(ended)
  expect(summary).toMatchObject({ turns: 3, same: 2, failed: 1 })
  expect(comparisons.find(({ verdict }) => verdict === 'failed')).toMatchObject({
    asked: 'Monday',
    would: null,
    error: 'The model answered 400.',
  })
})

test('a filter that says nothing, and a replay of the same, are refused with 2', async () => {
  await using shop = await botInstallation(answers)
  const replay = (...words: string[]) => shop.here('bot', 'replay', ...words)
  const model = ['--model', 'tiny']
  expect(await replay('--conversations', 'closed', ...model)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('status=closed'),
  })
  expect((await replay('--conversations', 'stats=closed', ...model)).stderr).toContain('Did you mean status?')
  expect((await replay('--conversations', 'all')).stderr).toContain('Give --prompt or --model.')
  expect((await replay('--conversations', 'conv_none', ...model)).code).toBe(3)
  expect((await replay('--conversations', 'all', ...model)).stderr).toContain('The bot said nothing there.')
})
