import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../helpers/databases.js'
import { until } from '../helpers/until.js'
import { tellingServer } from './outside.js'
import { startProgram } from './program.js'

const on = (url: string, ...words: string[]) =>
  startProgram(['on', ...words, '--url', url, '--app', 'app_shop'])

test('a command runs once for each event, one after another, with the event on its standard input', async () => {
  await using server = await tellingServer()
  for (const text of ['one', 'two', 'three']) await server.visitor.say(text)
  const file = join(temporaryFolder(), 'said')
  const command = `read -r line; echo "$REPLYHQ_EVENT_TYPE $REPLYHQ_EVENT_ID $REPLYHQ_EVENT_CURSOR" >> ${file}; echo "$line" >> ${file}; echo seen`
  const running = on(server.url, 'message.created', '--exec', command, '--since', server.cursor)
  await until('three ran', () => running.output.stdout === 'seen\nseen\nseen\n', { deadline: 20_000 })
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  const events = lines.filter((_, index) => index % 2 === 1).map((line) => JSON.parse(line))
  expect(events.map(({ data: facts }) => facts.content)).toEqual(['one', 'two', 'three'])
  expect(lines.filter((_, index) => index % 2 === 0)).toEqual(
    events.map(({ type, id, cursor }) => `${type} ${id} ${cursor}`),
  )
  running.child.kill('SIGTERM')
  expect(await running.ended).toBe(143)
})

test('a command that fails ends it with 1, and its event comes again next time', async () => {
  await using server = await tellingServer()
  for (const text of ['fine', 'bad', 'late']) await server.visitor.say(text)
  const folder = temporaryFolder()
  const cursorFile = join(folder, 'cursor')
  const [said, repaired] = [join(folder, 'said'), join(folder, 'repaired')]
  const command = `line=$(cat); case $line in *'"bad"'*) test -e ${repaired} || exit 3;; esac; echo "$line" >> ${said}`
  const words = ['message.created', '--exec', command, '--cursor-file', cursorFile]
  const first = on(server.url, ...words, '--since', server.cursor)
  expect(await first.ended).toBe(1)
  expect(first.output.stderr).toMatch(/ended with 3 at message\.created evt_\w+/)
  const contents = () =>
    readFileSync(said, 'utf8')
      .trim()
      .split('\n')
      .map((line): string => JSON.parse(line).data.content)
  expect(contents()).toEqual(['fine'])

  const second = on(server.url, ...words)
  expect(await second.ended).toBe(1)
  expect(contents()).toEqual(['fine'])
  writeFileSync(repaired, '')
  const third = on(server.url, ...words)
  await until('all are done', () => contents().length === 3, { deadline: 20_000 })
  expect(contents()).toEqual(['fine', 'bad', 'late'])
  third.child.kill('SIGINT')
  expect(await third.ended).toBe(130)
})

test('with --on-error continue it goes on, and --json tells how each ended', async () => {
  await using server = await tellingServer()
  for (const text of ['one', 'two']) await server.visitor.say(text)
  const words = [
    'message.created,message.updated',
    '--exec',
    'echo noise; exit 7',
    '--on-error',
    'continue',
    '--json',
  ]
  const running = on(server.url, ...words, '--since', server.cursor)
  await until('both ran', () => running.lines().length === 2, { deadline: 20_000 })
  expect(running.objects()).toEqual([
    {
      event: expect.objectContaining({ type: 'message.created' }),
      ended: 7,
      duration_ms: expect.any(Number),
    },
    {
      event: expect.objectContaining({ type: 'message.created' }),
      ended: 7,
      duration_ms: expect.any(Number),
    },
  ])
  expect(running.output.stderr).toContain('noise')
})

test('a signal ends the command with all that it started, and its event is not done', async () => {
  await using server = await tellingServer()
  const folder = temporaryFolder()
  const [pid, cursorFile] = [join(folder, 'pid'), join(folder, 'cursor')]
  const command = `sleep 60 & echo $! > ${pid}; wait`
  const words = ['message.created', '--exec', command, '--cursor-file', cursorFile, '--since', server.cursor]
  const running = on(server.url, ...words)
  await server.visitor.say('hello')
  const sleeper = await until(
    'it sleeps',
    () => existsSync(pid) && (Number(readFileSync(pid, 'utf8')) || undefined),
    {
      deadline: 20_000,
    },
  )
  running.child.kill('SIGTERM')
  expect(await running.ended).toBe(143)
  await until(
    'nothing is left',
    () => !existsSync(`/proc/${sleeper}`) || readFileSync(`/proc/${sleeper}/stat`, 'utf8').includes(' Z '),
  )
  const kept = readFileSync(cursorFile, 'utf8').trim()
  expect((await server.admin.events.page({ after: kept, types: ['message.created'] })).events).toHaveLength(1)
})

test('what a visitor writes is never part of the command', async () => {
  await using server = await tellingServer()
  const folder = temporaryFolder()
  await server.visitor.say(`$(touch ${folder}/owned); \`touch ${folder}/owned\`; ' "; touch ${folder}/owned`)
  const running = on(
    server.url,
    'message.created',
    '--exec',
    'cat >/dev/null; echo "$REPLYHQ_EVENT_ID"',
    '--since',
    server.cursor,
  )
  await until('it ran', () => running.lines().length === 1, { deadline: 20_000 })
  expect(existsSync(join(folder, 'owned'))).toBe(false)
})
