import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/databases.js'
import { repositoryRoot } from '../helpers/sources.js'
import { until } from '../helpers/until.js'
import { run } from './run.js'

const program = join(repositoryRoot, 'bin/replyhq.cjs')
const running: ChildProcess[] = []
afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL')
})

/** Starts `replyhq serve` on a free port with nothing of the developer's own settings. */
function serve(data: string, environment: Record<string, string> = {}) {
  if (!existsSync(join(repositoryRoot, 'dist/bin/replyhq.js'))) throw new Error('Run "npm run build" first.')
  const env = { PATH: process.env.PATH ?? '', HOME: data, ...environment }
  const child = spawn(process.execPath, [program, 'serve', '--port', '0', '--data', data], {
    env,
    cwd: temporaryFolder(),
  })
  running.push(child)
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => (output.stdout += chunk))
  child.stderr.on('data', (chunk) => (output.stderr += chunk))
  // Not its exit: what it wrote may come after that.
  const ended = once(child, 'close').then(([code]) => code as number | null)
  const ready = () =>
    until(
      'the server says that it is ready',
      () => {
        if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}: ${output.stderr}`)
        return (
          output.stdout.includes('\n') &&
          (JSON.parse(output.stdout.split('\n')[0] ?? '') as Record<string, unknown>)
        )
      },
      { deadline: 30_000 },
    )
  return { child, output, ended, ready }
}

test('the first start makes everything and says once, in one line of JSON, how to get in', async () => {
  const data = join(temporaryFolder(), 'data')
  const first = serve(data)
  const line = await first.ready()
  expect(line).toMatchObject({
    msg: 'ready',
    first_start: true,
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    docs: expect.stringMatching(/\/docs$/),
    app_id: expect.stringMatching(/^app_/),
    publishable_key: expect.stringMatching(/^pk_/),
    secret_key: expect.stringMatching(/^sk_/),
    owner_email: 'owner@localhost',
    owner_password: expect.stringMatching(/.{12}/),
  })
  const login = await fetch(`${line.url}/v1/auth/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: line.owner_email, password: line.owner_password }),
  })
  expect(login.status).toBe(200)
  expect(first.output.stderr).not.toContain(String(line.secret_key))
  first.child.kill('SIGTERM')
  expect(await first.ended).toBe(0)

  const second = serve(data)
  const again = await second.ready()
  expect(again).toMatchObject({ first_start: false, url: expect.any(String) })
  expect(second.output.stdout).not.toMatch(/[ps]k_/)
})

test('the owner of an unattended installation is the one that was given', async () => {
  const data = join(temporaryFolder(), 'data')
  const { ready } = serve(data, {
    REPLYHQ_ADMIN_EMAIL: 'Olga@Shop.example',
    REPLYHQ_ADMIN_PASSWORD: 'a good password',
  })
  expect(await ready()).toMatchObject({ owner_email: 'olga@shop.example', owner_password: null })
})

test('a port that is taken ends the start with a sentence', async () => {
  const { ready } = serve(join(temporaryFolder(), 'data'))
  const { port } = await ready()
  const data = join(temporaryFolder(), 'data')
  const second = await run(['serve', '--port', String(port), '--data', data, '--json'])
  expect(second.code).toBe(1)
  expect(second.json()).toMatchObject({
    error: { code: 'failed', message: expect.stringContaining('--port') },
  })
})

test('with --no-migrate the start is refused until the database is migrated by hand', async () => {
  const data = join(temporaryFolder(), 'data')
  const refused = await run(['serve', '--port', '0', '--no-migrate', '--data', data, '--json'])
  expect(refused.code).toBe(6)
  expect(refused.json()).toMatchObject({ error: { message: expect.stringContaining('replyhq migrate') } })
  expect((await run(['migrate', '--data', data])).code).toBe(0)
  const { ready } = serve(data, { REPLYHQ_MIGRATE: 'false' })
  expect(await ready()).toMatchObject({ first_start: true })
})

test('settings that let strangers in or weaken secrets stop the start with 2', async () => {
  const open = await run(['serve', '--host', '0.0.0.0', '--data', temporaryFolder(), '--json'])
  expect(open.code).toBe(2)
  expect(open.stdout).toContain('ALLOWED_ORIGINS')
  const weak = serve(temporaryFolder(), { JWT_ACCESS_SECRET: 'short' })
  expect(await weak.ended).toBe(2)
  expect(weak.output.stderr).toContain('JWT_ACCESS_SECRET must have at least 32 characters')
})

test('a visitor writes from the command line, and the operator reads it beside the running server', async () => {
  const data = join(temporaryFolder(), 'data')
  const { ready } = serve(data)
  const line = await ready()
  process.env.XDG_STATE_HOME = temporaryFolder()
  const chat = await run(['chat', '--name', 'Bo Li', '--data', data], 'Hello\nIs anybody there?\n/quit\n')
  delete process.env.XDG_STATE_HOME
  expect(chat.stderr).toContain('sent')
  expect(chat.code).toBe(0)
  const here = (...words: string[]) => run([...words, '--data', data])
  const [id = ''] = (await here('admin', 'conversations', '-q')).stdout.split('\n')
  const shown = (await here('admin', 'conversations', 'show', id, '--json')).json()
  expect(shown).toMatchObject({
    messages: [{ body: 'Hello' }, { body: 'Is anybody there?', sender_name: 'Bo Li' }],
  })
  const key = String(line.secret_key)
  const remote = (...words: string[]) => run([...words, '--url', String(line.url), '--token-file', '-'], key)
  const queued = [
    (await remote('admin', 'queue', '--json')).json(),
    (await here('admin', 'queue', '--json')).json(),
  ]
  expect(queued).toMatchObject([{ queue: [{ conversation_id: id }] }, { queue: [{ conversation_id: id }] }])
  const local = (await here('admin', 'conversations', 'export', id)).stdout.trim().split('\n')
  expect(local.map((text) => Object.keys(JSON.parse(text))[0])).toEqual([
    'conversation',
    'message',
    'message',
  ])
  expect((await remote('admin', 'conversations', 'show', id)).stdout).toContain('Bo Li: Is anybody there?')
  expect((await remote('admin', 'conversations', 'close', id, '--yes')).code).toBe(0)
  expect((await here('admin', 'conversations', '--status', 'closed', '-q')).stdout.trim()).toBe(id)
  const wrong = await run(
    ['admin', 'queue', '--url', String(line.url), '--token-file', '-'],
    'rhq_wrong_0123456789abcdefghij',
  )
  expect(wrong.code).toBe(4)
})
