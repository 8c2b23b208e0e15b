import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { callTool, dead, say, status } from '../bot/model-server.js'
import { ToolServer } from '../bot/tool-server.js'
import { temporaryFolder } from '../helpers/databases.js'
import { describeWith } from '../helpers/facilities.js'
import { repositoryRoot } from '../helpers/sources.js'
import { Tmux } from '../tui/tmux.js'
import { botInstallation, pointAt } from './bot-installation.js'
import { installation } from './installation.js'
import { run } from './run.js'

const secret = `whsec_${Buffer.from('a secret of the tool, 32 bytes..').toString('base64')}`

const botFile = (folder: string, url = 'https://shop.example/orders') => {
  writeFileSync(join(folder, 'prompt.md'), 'Answer in one sentence.\n')
  writeFileSync(join(folder, 'orders.secret'), `${secret}\n`)
  const file = join(folder, 'bot.yaml')
  writeFileSync(
    file,
    `prompt_file: prompt.md
greeting: Hello!
token_budget: 4000
http_tools:
  - name: find_order
    description: Finds an order
    url: ${url}
    secret_file: orders.secret
    parameters: {type: object, properties: {number: {type: string}}}
`,
  )
  return file
}

test('a bot is set from a file and from flags, of which the flags win, and the rest stays', async () => {
  const { here } = await installation()
  expect((await here('admin', 'bot')).stdout).toContain('none: new conversations go to the queue')
  const file = botFile(temporaryFolder())
  const set = await here('admin', 'bot', 'set', '--file', file, '--greeting', 'Good day!', '--json')
  expect(set.json()).toMatchObject({
    dry_run: false,
    bot: { prompt: 'Answer in one sentence.', greeting: 'Good day!', token_budget: 4000, enabled: true },
  })
  const again = await here('admin', 'bot', 'set', '--disable', '--temperature', '0.5', '--json')
  expect(again.json()).toMatchObject({
    changes: [
      { setting: 'enabled', from: true, to: false },
      { setting: 'temperature', from: null, to: 0.5 },
    ],
    bot: { greeting: 'Good day!', enabled: false },
  })
})

test('a dry run says what would change and changes nothing', async () => {
  const { here } = await installation()
  await here('admin', 'bot', 'set', '--file', botFile(temporaryFolder()))
  const tried = await here('admin', 'bot', 'set', '--greeting', 'Good day!', '--dry-run')
  expect(tried.stdout).toBe('greeting: Hello! → Good day!\n')
  expect(tried.stderr).toContain('Nothing was changed')
  expect((await here('admin', 'bot', '--json')).json()).toMatchObject({ bot: { greeting: 'Hello!' } })
})

test('the secret of a tool is never shown, is kept when the text is set again, and never guessed', async () => {
  const { here } = await installation()
  const folder = temporaryFolder()
  const outputs = [await here('admin', 'bot', 'set', '--file', botFile(folder), '--json')]
  outputs.push(await here('admin', 'bot', '--json'), await here('admin', 'bot', 'show', '--yaml'))
  outputs.push(await here('admin', 'audit', '--json'), await here('admin', 'bot'))
  for (const { code, stdout } of outputs) {
    expect(code).toBe(0)
    expect(stdout).not.toContain(secret)
  }
  const text = outputs[2]?.stdout ?? ''
  const file = join(folder, 'again.yaml')
  writeFileSync(file, text)
  expect((await here('admin', 'bot', 'set', '--file', file)).stdout).toContain('Nothing to do')
  writeFileSync(file, text.replace('shop.example', 'elsewhere.example'))
  const moved = await here('admin', 'bot', 'set', '--file', file, '--json')
  expect(moved.code).toBe(2)
  expect(moved.json()).toMatchObject({
    error: { code: 'missing_answer', hint: expect.stringContaining('secret_file') },
  })
})

test('what cannot work is refused with 2 and a sentence, by its name in the file', async () => {
  const { here } = await installation()
  const fails = async (...words: string[]) => {
    const { code, stderr } = await here('admin', 'bot', 'set', ...words)
    expect(code).toBe(2)
    return stderr
  }
  const file = join(temporaryFolder(), 'bot.yaml')
  writeFileSync(file, 'prompt: Help.\ntoken_buget: 100')
  expect(await fails('--file', file)).toContain('token_buget is unknown. Did you mean token_budget?')
  writeFileSync(file, 'prompt: Help.\ntoken_budget: 100')
  expect(await fails('--file', file)).toContain('budget of 100 tokens is too small')
  writeFileSync(file, 'prompt: Help.\ntemperature: 9')
  expect(await fails('--file', file)).toContain('bot.temperature')
  expect(await fails('--enable', '--disable')).toContain('--disable')
  expect(await fails()).toContain('Nothing to set')
  expect((await here('admin', 'bot', '--json')).json()).toMatchObject({ bot: null })
})

test('an installation as text brings its bot and its routing, and applied again changes nothing', async () => {
  const text = (prompt: string) => `
apps:
  - {id: app_shop, name: Shop, settings: {routing: least_busy}, bot: {prompt: ${prompt}, policy: ask}}`
  const { here, file } = await installation(text('Help.'))
  expect((await here('admin', 'bot', '--json')).json()).toMatchObject({
    bot: { prompt: 'Help.', policy: 'ask' },
  })
  expect((await here('admin', 'settings', '--json')).json()).toMatchObject({
    settings: { routing: 'least_busy' },
  })
  await here('admin', 'bot', 'set', '--greeting', 'Hello!')
  const apply = () => here('admin', 'apply', '-f', file, '--yes', '--json')
  expect((await apply()).json()).toEqual({ dry_run: false, steps: [] })
  writeFileSync(file, text('Help well.'))
  expect((await apply()).json()).toMatchObject({ steps: [{ action: 'update', kind: 'settings' }] })
  expect((await here('admin', 'bot', '--json')).json()).toMatchObject({
    bot: { prompt: 'Help well.', greeting: 'Hello!' },
  })
  writeFileSync(file, 'apps: [{id: app_shop, name: Shop, bot: null}]')
  await apply()
  expect((await here('admin', 'bot', '--json')).json()).toMatchObject({ bot: null })
  writeFileSync(file, 'apps: [{id: app_new, name: New, bot: {prompt: Help., tools: [poetry]}}]')
  expect(await apply()).toMatchObject({ code: 2, stdout: expect.stringContaining('poetry') })
  expect((await here('admin', 'apps', '-q')).stdout.trim()).toBe('app_shop')
})

test('one turn with the model is shown with its timing and its tokens', async () => {
  await using shop = await botInstallation([say('We ship on Mondays.', [31, 6])])
  const { code, json } = await shop.here(
    'admin',
    'bot',
    'test',
    'When do you ship?',
    '--model',
    'tiny',
    '--json',
  )
  expect(code).toBe(0)
  expect(json()).toEqual({
    outcome: 'reply',
    text: 'We ship on Mondays.',
    transfer: null,
    tool_calls: [],
    usage: { input_tokens: 31, output_tokens: 6 },
    requests: 1,
    first_token_ms: expect.any(Number),
    total_ms: expect.any(Number),
  })
  expect(shop.model.requests).toMatchObject([{ model: 'tiny' }])
  expect(shop.model.told[0]).toContain('You help the customers of a shop.')
  expect(shop.model.told.at(-1)).toBe('user: When do you ship?')
  const shown = await shop.here('admin', 'bot', 'test', 'When do you ship?')
  expect(shown.stdout).toMatch(/We ship on Mondays\.\n\nfirst token +\d+ ms\ntotal .* in 1 request\n/)
  expect((await shop.here('admin', 'stats', '--json')).json()).toMatchObject({
    stats: { bot: { turns: 0, input_tokens: 0 }, conversations: { open: 0 } },
  })
})

test('a handover is shown with its reason and reaches no queue', async () => {
  await using shop = await botInstallation([
    callTool('transfer_to_agent', { reason: 'a refund', priority: 'high' }),
  ])
  const { stdout } = await shop.here('admin', 'bot', 'test', 'I want my money back')
  expect(stdout).toContain('a refund (priority high)')
  expect((await shop.here('admin', 'queue', '--json')).json()).toEqual({ queue: [] })
})

test('tools are shown and not called, unless it is asked for', async () => {
  await using tool = await ToolServer.start((response) => response.end('{"status":"shipped"}'))
  await using shop = await botInstallation(({ messages }) =>
    messages.at(-1)?.role === 'tool' ? say('It is on its way.') : callTool('find_order', { number: '7' }),
  )
  await shop.here('admin', 'bot', 'set', '--file', botFile(temporaryFolder(), tool.url))
  const shown = await shop.here('admin', 'bot', 'test', 'Where is order 7?', '--json')
  expect(shown.json()).toMatchObject({
    outcome: 'calls',
    tool_calls: [{ name: 'find_order', arguments: { number: '7' }, result: null }],
  })
  expect(tool.requests).toEqual([])
  const called = await shop.here('admin', 'bot', 'test', 'Where is order 7?', '--tools', '--json')
  expect(called.json()).toMatchObject({
    outcome: 'reply',
    text: 'It is on its way.',
    tool_calls: [{ result: '{"status":"shipped"}' }],
    usage: { input_tokens: 30, output_tokens: 13 },
    requests: 2,
  })
  expect(tool.requests).toHaveLength(1)
})

test('an endpoint that is not there ends with 6, one that refuses with 1, and no key with 2', async () => {
  await using shop = await botInstallation([status(401)])
  const refused = await shop.here('admin', 'bot', 'test', 'Hello', '--json')
  expect(refused).toMatchObject({ code: 1, stdout: expect.stringContaining('answered 401') })
  shop.model.answers([status(503)])
  expect((await shop.here('admin', 'bot', 'test', 'Hello')).code).toBe(6)
  pointAt(shop.data, 'http://127.0.0.1:9/v1')
  const unreachable = await shop.here('admin', 'bot', 'test', 'Hello', '--json')
  expect(unreachable.code).toBe(6)
  expect(unreachable.json()).toMatchObject({
    error: { code: 'not_reachable', message: expect.stringContaining('http://127.0.0.1:9/v1') },
  })
  expect(unreachable.stdout + refused.stdout).not.toContain('sk-of-the-model')
  const { here } = await installation()
  expect(await here('admin', 'bot', 'test', 'Hello', '--json')).toMatchObject({
    code: 2,
    stdout: expect.stringContaining('OPENAI_API_KEY'),
  })
})

test('a model that says nothing is given up after the time that visitors wait', async () => {
  await using shop = await botInstallation([dead])
  const words = ['admin', 'bot', 'test', 'Hello', '--json', '--data', shop.data]
  process.env.REPLYHQ_BOT_FIRST_TOKEN_TIMEOUT = '300ms'
  const { code, stdout } = await run(words).finally(() => delete process.env.REPLYHQ_BOT_FIRST_TOKEN_TIMEOUT)
  expect(code).toBe(6)
  expect(stdout).toContain('fell silent')
})

describeWith('terminal', 'On a terminal', () => {
  test('the secret of a new tool is asked for, and typed without being shown', async () => {
    const { data, here } = await installation()
    const file = botFile(temporaryFolder())
    writeFileSync(file, readFileSync(file, 'utf8').replace(/.*secret_file.*\n/, ''))
    await using terminal = await Tmux.start({
      command: [
        process.execPath,
        join(repositoryRoot, 'bin/replyhq.cjs'),
        ...['admin', 'bot', 'set', '--file', file, '--data', data],
      ],
      environment: { HOME: data, CI: '' },
    })
    await terminal.shows('Secret of find_order?')
    await terminal.type(secret)
    await terminal.press('Enter')
    expect(await terminal.shows('exit 0')).not.toContain(secret)
    expect((await here('admin', 'bot', '--json')).json()).toMatchObject({
      bot: { http_tools: [{ name: 'find_order', secret: 'whsec_…' }] },
    })
  })
})
